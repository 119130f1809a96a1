"""The library's contract suites on the server's adapters, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import encode
from fdd.testing.federation import FederationContract
from fdd.testing.states import RunStatesContract


class TestSqlRunStates(RunStatesContract):
    @pytest.fixture(autouse=True)
    def _consortium(self, any_consortium) -> None:
        self.consortium = any_consortium

    def make(self, folder):
        return self.consortium.hub.states


class TestLinkFederation(FederationContract):
    """Two sites in threads, which lease, send and commit over the application."""

    @pytest.fixture(autouse=True)
    def _consortium(self, any_consortium) -> Iterator[None]:
        self.consortium = any_consortium
        self.stop = threading.Event()
        self.threads: list[threading.Thread] = []
        yield
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def make(self, folder):
        import time

        run_id, digest = self.consortium.submit()
        self.consortium.clock.now = time.time()
        for name in ("Alpha", "Beta"):
            site = self.consortium.site(name)
            site.lease()  # hands in the certificate
            site.approve(run_id, digest)
            thread = threading.Thread(target=self.work, args=(site,))
            thread.start()
            self.threads.append(thread)
        return self.consortium.hub.federation, run_id, digest

    def work(self, site) -> None:
        from fdd.core.arrays import Arrays

        site.client = TestClient(self.consortium.app, base_url="https://hub.test")
        data = encode(Arrays({}))
        while not self.stop.wait(0.02):
            lease = site.lease()
            if lease is not None:
                site.put(lease.task.key, 0, data)
                site.commit(lease.task.key, lease.fence, manifest_of(data))
        site.client.close()
