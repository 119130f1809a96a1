"""Many sites in one process, which only wait: ``python -m benchmarks.idle_sites URL CA``.

Join codes come on standard input, one a line; a line on standard output says that all wait.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from fdd.core.errors import FddError
from fdd.protocol.messages import Heartbeat, LeaseRequest
from fdd_client.link import Link, Transport
from fdd_client.main.joining import join
from fdd_client.settings import ClientSettings, SiteFolder


def main() -> None:
    """Join and wait until the process is ended."""
    url, authority = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="fdd-idle-") as scratch:
        for number, code in enumerate(sys.stdin.read().split()):
            folder = SiteFolder(Path(scratch) / str(number))
            joined = join(folder, url, code, authority)
            settings = ClientSettings(server_url=url)
            for work in (_poll, _beat):
                link = Link(Transport(settings, folder), folder.signing_key(), joined.site_id)
                threading.Thread(target=_forever, args=(work, link), daemon=True).start()
        print("waiting", flush=True)
        time.sleep(86_400)


def _forever(work: object, link: Link) -> None:
    while True:
        try:
            work(link)  # type: ignore[operator]
        except FddError:
            time.sleep(1.0)


def _poll(link: Link) -> None:
    link.lease(LeaseRequest(wait_seconds=25))


def _beat(link: Link) -> None:
    beat = Heartbeat(state="idle", client_version="0", protocol=1)
    link.heartbeat(beat)
    time.sleep(5.0)


if __name__ == "__main__":
    main()
