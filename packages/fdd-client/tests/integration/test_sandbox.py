"""Walls that hold, and training processes that can die at any time."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from fdd.core.ring import FixedPoint
from fdd.models import FAMILIES, Moments
from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import decode, encode
from fdd.protocol.messages import Phase, Task, TaskKey
from fdd_client.sandbox import Job, SandboxError, TrainingFailedError, Worker, available, choose
from fdd_client.sandbox.levels import command, environment
from fdd_client.sandbox.lines import ChildJob
from fdd_client.vault.vault import Vault

LEVELS = available()
BREAKOUT = Path(__file__).with_name("breakout.py")
CONFINE = Path(sys.modules["fdd_client.sandbox.levels"].__file__).with_name("confine.py")


@pytest.fixture
def prison(tmp_path):
    (tmp_path / "site.key").write_text("secret")
    job = tmp_path / "job"
    job.mkdir()
    return job


@pytest.fixture
def listener():
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(tcp.getsockname())
        udp.setblocking(False)
        yield udp


def attempt(level, prison, listener, **variables):
    """What gets out at a level."""
    arguments = command(level, "probe", prison, (BREAKOUT,), 0)
    where = arguments.index(str(CONFINE))
    arguments[where : where + 1] = [str(BREAKOUT), str(CONFINE)]
    variables |= {**environment(), "FDD_PORT": str(listener.getsockname()[1])}
    done = subprocess.run(arguments, env=variables, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads((prison / "escaped.json").read_text())


@pytest.fixture
def watched(monkeypatch):
    """The agent looks at a task a hundred times a second: even a short one is met alive."""
    monkeypatch.setattr("fdd_client.sandbox.process._LOOK_SECONDS", 0.01)


def test_this_machine_can_isolate_training():
    assert LEVELS


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_gets_out_at_a_level(level, prison, listener, monkeypatch):
    monkeypatch.setenv("FDD_SECRET", "of the agent")
    # Where /tmp is a file system of the process's own, writing there leaves nothing outside.
    assert set(attempt(level, prison, listener)) <= {"writing beside the job"}
    assert not (prison.parent / "beside").exists()
    with pytest.raises(BlockingIOError):
        listener.recv(1)


def test_without_walls_the_same_attempts_succeed(prison, listener):
    """The test would notice: what is refused above works here."""
    harmless = ["tcp", "udp", "listening", "reading the site's key", "linking out"]
    assert attempt("none", prison, listener, FDD_ATTEMPTS=",".join(harmless)) == harmless


@pytest.mark.parametrize("level", LEVELS)
def test_the_training_process_sees_nothing_of_the_sites_environment(level):
    assert not {"FDD_SITE_FOLDER", "HTTPS_PROXY", "SSH_AUTH_SOCK"} & set(environment())


def test_the_strongest_level_is_chosen_and_a_wish_is_followed():
    assert choose("C") == LEVELS[0]
    assert choose("C", LEVELS[-1]) == LEVELS[-1]


def test_a_device_is_bound_for_use_and_a_file_for_reading_only(tmp_path):
    table = tmp_path / "table.npz"
    table.write_bytes(b"")
    line = command("A", "train", tmp_path, [table, Path("/dev/full")], 0)
    assert line[line.index("/dev/full") - 1] == "--dev-bind"
    assert line[line.index(str(table)) - 1] == "--ro-bind"


def test_a_level_that_the_policy_does_not_accept_is_refused():
    if LEVELS[-1] == "A":
        pytest.fail("this machine must offer more than level A for the tests")
    with pytest.raises(SandboxError) as caught:
        choose("A", LEVELS[-1])
    assert caught.value.params["weakest"] == "A"
    assert "bubblewrap" in caught.value.hint


@pytest.fixture
def small(spec_of):
    return spec_of(model={"options": {"hidden": 8}}, data={"minimum_rows": 20})


@pytest.fixture
def start(stocked_site, tmp_path):
    """Starts training processes at a level and stops them."""
    workers = []
    vault = Vault(stocked_site)
    entry = vault.entry("main")
    opened = vault.open(entry, "training")

    def make(spec, level=LEVELS[-1], timeout=120.0, reference=False):
        job = Job(
            folder=tmp_path / f"job-{len(workers)}",
            description=ChildJob(
                site="site-one",
                spec=spec,
                dataset=str(opened.dataset),
                others=None,
                admitted=entry.certificate.admitted_endpoints,
                reference=reference,
            ),
            readable=[opened.dataset],
            level=level,
            timeout_seconds=timeout,
        )
        workers.append(Worker(job))
        return workers[-1], job.folder

    yield make
    for worker in workers:
        worker.stop()
    opened.close()


def statistics(spec):
    return Task(
        key=TaskKey(run_id="run-1", round=0, phase=Phase.STATISTICS),
        spec_digest=spec.digest(),
        model=None,
        arithmetic=FixedPoint(),
        deadline=time.time() + 600,
    )


def perform(worker, task, wanted=lambda: True):
    return worker.perform(task, None, lambda share: None, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_a_task_is_done_at_each_level_with_the_same_bytes(start, small, level):
    worker, _ = start(small, level)
    result = perform(worker, statistics(small))
    assert result.done.rows > 0
    arrays = decode(result.payload.read_bytes())
    reference, _ = start(small)
    assert (
        arrays.digest()
        == decode(perform(reference, statistics(small)).payload.read_bytes()).digest()
    )


@pytest.mark.slow
def test_boosted_trees_grow_behind_the_walls(start, small):
    worker, job = start(small, LEVELS[0], reference=True)
    job.mkdir()
    moments = Moments((np.zeros(2247), np.ones(2247)), {small.endpoints[0].id: (2.0, 1.0)})
    model = FAMILIES.get("mlp-ecfp").init(small, 2247, moments, 1)
    data = encode(model)
    (job / "model").write_bytes(data)
    task = statistics(small).model_copy(
        update={
            "key": TaskKey(run_id="run-1", round=1, phase=Phase.FINALIZE),
            "model": manifest_of(data),
        }
    )
    done = worker.perform(task, "model", lambda share: None, lambda: True).done
    (row,) = done.value.rows
    assert row.own.boosted.value > 0
    assert "boosted" not in done.models


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("level", LEVELS)
def test_after_kill_minus_9_the_next_task_works(start, small, level):
    worker, _ = start(small, level)

    def kill():
        os.kill(worker.pid, signal.SIGKILL)
        return True

    with pytest.raises(TrainingFailedError) as caught:
        perform(worker, statistics(small), wanted=kill)
    assert caught.value.params["reason"] == "process_died"
    assert perform(worker, statistics(small)).done.rows > 0
    os.kill(worker.pid, signal.SIGKILL)
    with contextlib.suppress(TrainingFailedError):  # unless its end was noticed before
        perform(worker, statistics(small))
    assert perform(worker, statistics(small)).done.rows > 0


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_the_training_process_dies_with_the_agent(stocked_site, small, tmp_path, level):
    vault = Vault(stocked_site)
    entry = vault.entry("main")
    opened = vault.open(entry, "training")
    job = tmp_path / "job"
    job.mkdir()
    description = ChildJob(
        site="site-one",
        spec=small,
        dataset=str(opened.dataset),
        others=None,
        admitted=entry.certificate.admitted_endpoints,
    )
    (job / "job.json").write_text(description.model_dump_json())
    arguments = command(level, "train", job, [opened.dataset], 0)
    agent = (
        "import json, subprocess, sys, time\n"
        "child = subprocess.Popen(json.loads(sys.argv[1]), stdin=subprocess.PIPE,"
        " stdout=subprocess.PIPE, env=json.loads(sys.argv[2]), start_new_session=True)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", agent, json.dumps(arguments), json.dumps(environment())],
        stdout=subprocess.PIPE,
    )
    # Somebody else holds the other end of its standard input, so it does not see it close.
    pid = int(parent.stdout.readline())
    held = os.open(f"/proc/{pid}/fd/0", os.O_RDONLY) if Path(f"/proc/{pid}/fd/0").exists() else -1
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not working_in(job):
            break
        time.sleep(0.05)
    if held >= 0:
        os.close(held)
    assert working_in(job) == []


def working_in(folder):
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if str(folder).encode() in line and b"confine.py" in line and state != "Z":
                found.append(int(entry.name))
    return found


@pytest.mark.slow
def test_data_below_the_runs_minimum_are_refused_by_the_trainer(start, spec_of):
    spec = spec_of(data={"minimum_rows": 500})
    worker, _ = start(spec)
    with pytest.raises(TrainingFailedError) as caught:
        perform(worker, statistics(spec))
    assert caught.value.params["reason"] == "refused_by_trainer"
    assert caught.value.params["cause"] == "FDD-1401"
    assert "500" in caught.value.detail


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_a_task_that_takes_too_long_is_ended(start, small):
    worker, _ = start(small, timeout=0.01)
    with pytest.raises(TrainingFailedError) as caught:
        perform(worker, statistics(small))
    assert caught.value.params["reason"] == "timeout"
    assert worker.pid is None


@pytest.mark.slow
@pytest.mark.usefixtures("watched")
def test_a_task_that_nobody_wants_any_more_is_ended(start, small):
    worker, _ = start(small)
    with pytest.raises(TrainingFailedError) as caught:
        perform(worker, statistics(small), wanted=lambda: False)
    assert caught.value.params["reason"] == "stopped"
    assert worker.pid is None


@pytest.mark.slow
def test_a_model_that_does_not_fit_is_a_failed_task_and_not_a_dead_process(start, small):
    worker, folder = start(small)
    perform(worker, statistics(small))
    pid = worker.pid
    (folder / "model-x.safetensors").write_bytes(b"no tensors at all")
    task = statistics(small).model_copy(
        update={"key": TaskKey(run_id="run-1", round=1, phase=Phase.TRAIN)}
    )
    with pytest.raises(TrainingFailedError) as caught:
        worker.perform(task, "model-x.safetensors", lambda share: None, lambda: True)
    assert caught.value.params["cause"] == "FDD-1101"
    assert worker.pid == pid


@pytest.mark.slow
def test_the_memory_limit_ends_the_task_and_not_the_agent(stocked_site, small, tmp_path):
    vault = Vault(stocked_site)
    entry = vault.entry("main")
    opened = vault.open(entry, "training")
    job = Job(
        folder=tmp_path / "job",
        description=ChildJob(
            site="site-one",
            spec=small,
            dataset=str(opened.dataset),
            others=None,
            admitted=entry.certificate.admitted_endpoints,
        ),
        readable=[opened.dataset],
        level=LEVELS[-1],
        memory_mib=64,
    )
    worker = Worker(job)
    with pytest.raises(TrainingFailedError):
        perform(worker, statistics(small))
    worker.stop()
    shutil.rmtree(job.folder)
