import pytest

from fdd.protocol.messages import Phase, ReplyCommit, TaskKey
from fdd.protocol.statements import Approval
from fdd_client.agent.runs import RunFolder


@pytest.fixture
def run(site):
    made = RunFolder(site, "run-1")
    made.create()
    return made


def key(number, phase=Phase.TRAIN):
    return TaskKey(run_id="run-1", round=number, phase=phase)


def answer(run, task):
    payload = run.job / "payload.safetensors"
    payload.write_bytes(b"tensors")
    return run.store(task, payload, ReplyCommit(fence=1, status="done"))


def test_a_stored_answer_is_found_again_with_its_tensors(run):
    item = answer(run, key(1))
    assert run.stored(key(1)) == item
    assert run.payload_path(item).read_bytes() == b"tensors"


def test_a_task_without_an_answer_has_none(run):
    assert run.stored(key(1)) is None


def test_the_last_answer_stays_and_earlier_ones_go_when_it_was_accepted(run):
    answer(run, key(1))
    answer(run, key(2))
    run.sent(key(2))
    assert run.stored(key(1)) is None
    assert run.stored(key(2)) is not None


def test_phases_of_one_round_do_not_share_an_answer(run):
    answer(run, key(1))
    assert run.stored(key(1, Phase.EVALUATE)) is None


def test_only_the_newest_model_is_kept(run):
    old = run.model_path("a" * 64)
    old.write_bytes(b"x")
    new = run.model_path("b" * 64)
    assert new != old
    assert not old.exists()


def test_what_was_decided_is_kept_with_its_specification(run, spec_of):
    approval = Approval(
        site_id="site-one",
        run_id="run-1",
        spec_digest=spec_of().digest(),
        decision="approved",
        reason="by_person",
        policy_digest="1" * 64,
        certificate_digest=None,
        decided_at=1.0,
        valid_until=2.0,
    )
    run.keep_decision(spec_of(), approval)
    assert run.spec() == spec_of()
    assert run.approval() == approval


def test_a_report_is_kept(run, value_of):
    assert run.reported_at() is None
    run.keep_report(value_of("run-1"))
    assert run.value() == value_of("run-1")
    assert run.reported_at() is not None


def test_a_name_that_is_no_run_cannot_leave_the_folder(site):
    with pytest.raises(ValueError, match="not a run id"):
        RunFolder(site, "../../etc")
