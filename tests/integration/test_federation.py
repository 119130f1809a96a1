"""Real processes, real TLS: what must hold when anything is killed at any moment."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

import pytest

from fdd.cli.demo.flare_network import FlareNetwork
from fdd.core.spec import TrainingSpec
from fdd.protocol.codec import decode
from fdd.testing.federation import FederationContract
from fdd_server.app.installation import open_hub
from tests.integration.consortium import Consortium, small_spec, training_processes

pytestmark = pytest.mark.long


def steady_spec(**changes):
    """A run whose rounds last long enough to be disturbed, also on a fast machine."""
    return small_spec(training=TrainingSpec(rounds=4, local_epochs=20), **changes)


@pytest.fixture(scope="module")
def consortium(tmp_path_factory):
    made = Consortium(tmp_path_factory.mktemp("consortium"), sites=2)
    try:
        made.prepare(steady_spec())
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def in_order(consortium):
    """Each test finds hub and sites at work, whatever became of the test before."""
    consortium.revive()


@pytest.fixture(scope="module")
def undisturbed(consortium):
    run_id = str(consortium.platform.submit(steady_spec())["run_id"])
    ended = consortium.finish(run_id)
    assert ended["status"] == "completed", ended["stop_reason"]
    return run_id, ended


def test_a_run_completes_over_tls_with_every_site_in_every_round(consortium, undisturbed):
    run_id, ended = undisturbed
    records = consortium.platform.rounds(run_id)
    assert [record["round"] for record in records] == [1, 2, 3, 4]
    assert all(set(r["survivors"]) == set(consortium.site_ids.values()) for r in records)
    model = decode(consortium.platform.model(run_id))
    assert model.is_finite()
    assert ended["model"]["best_round"] in {1, 2, 3, 4}


def test_what_is_not_shared_does_not_reach_the_hub(consortium, undisturbed):
    run_id, _ = undisturbed
    assert consortium.platform.report(run_id)["rows"] == []
    shown = consortium.programs.call(
        "fdd-client", "report", run_id, "--folder", str(consortium.home / "site-0")
    )
    assert shown["rows"]


def test_the_journal_holds_everything_that_left(consortium, undisturbed):
    run_id, _ = undisturbed
    listed = consortium.programs.call(
        "fdd-client", "journal", "list", "--folder", str(consortium.home / "site-0")
    )
    updates = [e for e in listed["items"] if e["run_id"] == run_id and e["kind"] == "update"]
    assert [(e["phase"], e["round"]) for e in updates] == [
        ("statistics", 0), *[("train", number) for number in (1, 2, 3, 4)],
    ]  # fmt: skip
    assert all(e["bytes"] > 0 and e["norm"] is not None and e["tensors"] for e in updates)
    consortium.programs.call(
        "fdd-client", "journal", "verify", "--folder", str(consortium.home / "site-0")
    )


@pytest.mark.parametrize("victim", ["site-0", "hub", "training"])
def test_kill_minus_9_in_the_middle_of_a_round_changes_nothing(consortium, undisturbed, victim):
    run_id = str(consortium.platform.submit(steady_spec())["run_id"])
    consortium.until(run_id, lambda run: run["phase"] == "train" and run["round"] >= 2)
    if victim == "training":
        for _ in range(200):
            if children := training_processes(consortium.home / "site-1"):
                break
            time.sleep(0.02)
        for child in children:
            with suppress(ProcessLookupError):  # the bubble dies with what it holds
                os.kill(child, signal.SIGKILL)
    else:
        consortium.kill(victim)
        time.sleep(0.5)
        consortium.start_hub() if victim == "hub" else consortium.start_site(victim)
    ended = consortium.finish(run_id)
    assert ended["status"] == "completed", ended["stop_reason"]
    records = consortium.platform.rounds(run_id)
    assert all(set(r["survivors"]) == set(consortium.site_ids.values()) for r in records)
    _, reference = undisturbed
    assert ended["model"]["digest"] == reference["model"]["digest"]


def test_a_client_that_stays_dead_does_not_hang_the_run(consortium, undisturbed):
    spec = steady_spec(
        cohort={
            "minimum_sites": 1,
            "gather_seconds": 60,
            "deadline_seconds": 120,
            "offline_seconds": 3,
        },
    )
    run_id = str(consortium.platform.submit(spec)["run_id"])
    consortium.until(run_id, lambda run: run["phase"] == "train" and run["round"] >= 1)
    consortium.kill("site-1")
    ended = consortium.finish(run_id, 120)
    assert ended["status"] == "completed", ended["stop_reason"]
    last = consortium.platform.rounds(run_id)[-1]
    assert last["survivors"] == [consortium.site_ids["site-0"]]
    consortium.start_site("site-1")


def test_a_stopped_run_ends_and_says_why(consortium, undisturbed):
    run_id = str(consortium.platform.submit(small_spec(rounds=200))["run_id"])
    consortium.until(run_id, lambda run: run["round"] >= 2)
    consortium.platform.stop(run_id)
    ended = consortium.finish(run_id)
    assert (ended["status"], ended["stop_reason"]) == ("stopped", "stopped_by_person")


def test_a_site_whose_policy_denies_objects_with_the_rule(consortium, undisturbed):
    spec = small_spec()
    consortium.set_policy("site-1", spec, most_rounds="2")
    run_id = str(consortium.platform.submit(spec)["run_id"])
    try:
        objected = consortium.until(
            run_id, lambda run: any(site["approval"] == "objected" for site in run["sites"])
        )
    finally:
        consortium.platform.stop(run_id)
        consortium.set_policy("site-1", spec)
    reasons = {site["site_id"]: site["approval_reason"] for site in objected["sites"]}
    assert reasons[consortium.site_ids["site-1"]] == "too_many_rounds"
    consortium.finish(run_id)


def test_a_graph_family_trains_where_the_policy_names_it_though_no_site_imported_graphs(
    consortium, undisturbed
):
    spec = small_spec(
        rounds=1,
        model={"family": "dmpnn", "options": {"hidden": 16}},
        data={"featurizer": "ecfp4-counts+descriptors+graph"},
    )
    for name in consortium.names:
        consortium.set_policy(name, spec, families='["dmpnn", "mlp-ecfp"]')
    ended = consortium.finish(str(consortium.platform.submit(spec)["run_id"]))
    for name in consortium.names:
        consortium.set_policy(name, spec)
    assert ended["status"] == "completed", ended["stop_reason"]
    records = consortium.platform.rounds(ended["run_id"])
    assert set(records[0]["survivors"]) == set(consortium.site_ids.values())
    model = decode(consortium.platform.model(ended["run_id"]))
    assert model["trunk/message/W_h.weight"].shape == (16, 16)


@pytest.fixture(scope="module")
def flare(consortium):
    """A real FLARE server and a FLARE client a site, with the relays in them."""
    pytest.importorskip("nvflare", reason="the extra fdd[flare] is not installed")
    network = FlareNetwork(consortium.home / "flare", consortium.programs, consortium.names)
    try:
        network.start(consortium.url, consortium.hub_folder / "tls" / "ca.pem")
        yield network
    finally:
        network.stop()


@pytest.fixture(scope="class")
def idle_over_flare(consortium, flare):
    """Agents that reach the hub through FLARE and train nothing."""
    with pytest.MonkeyPatch.context() as patched:
        # The hub does not hear what the test's process offers; its sites look every second.
        patched.setenv("FDD_CLIENT_POLL_SECONDS", "1")
        patched.setenv("FDD_CLIENT_HEARTBEAT_SECONDS", "1")
        consortium.restart_sites(trains=False, flare=flare)
    yield
    consortium.restart_sites()


class TestFederationOverFlare(FederationContract):
    """Tasks that this process offers to agents that train nothing."""

    @pytest.fixture(autouse=True)
    def _hub(self, consortium, idle_over_flare):
        self.consortium = consortium
        self.hub = open_hub(consortium.hub_folder)
        yield
        self.hub.close()

    def make(self, folder):
        # With one site more than there are, the hub's own engine leaves the tasks to the test.
        spec = small_spec(sites=3)
        run_id = str(self.consortium.platform.submit(spec)["run_id"])
        self.consortium.until(
            run_id, lambda run: all(site["approval"] == "approved" for site in run["sites"])
        )
        return self.hub.federation, run_id, spec.digest()


def test_flare_carries_a_run_to_the_same_model_though_its_server_is_killed(
    consortium, undisturbed, flare
):
    consortium.restart_sites(flare=flare)
    try:
        run_id = str(consortium.platform.submit(steady_spec())["run_id"])
        consortium.until(run_id, lambda run: run["phase"] == "train" and run["round"] >= 2)
        flare.kill_server()
        time.sleep(0.5)
        flare.start_server()
        ended = consortium.finish(run_id)
    finally:
        consortium.restart_sites()
    assert ended["status"] == "completed", ended["stop_reason"]
    records = consortium.platform.rounds(run_id)
    assert all(set(r["survivors"]) == set(consortium.site_ids.values()) for r in records)
    _, reference = undisturbed
    assert ended["model"]["digest"] == reference["model"]["digest"]
