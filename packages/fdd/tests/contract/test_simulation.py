"""The simulated federation, its engine, and what a run must always be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from safetensors.numpy import save

from fdd.core.arrays import Arrays
from fdd.core.spec import CohortSpec, EndpointSpec, RunSpec, TrainingSpec
from fdd.federation.port import Reply
from fdd.models import FAMILIES, Examples, ModelInputError, Moments
from fdd.models.trunk import require_trunk, trunk_of
from fdd.prediction.released import released_card
from fdd.protocol.blobs import manifest_of
from fdd.protocol.codec import decode, encode, encode_pieces, encoded_size
from fdd.protocol.messages import Phase
from fdd.rounds import Engine, RunPhase, RunState, RunStatus
from fdd.rounds.checkpoint import diverging
from fdd.rounds.memory import DirectoryStates, MemoryStates
from fdd.rounds.stopping import why_last
from fdd.simulation import SimulatedFederation, simulate
from fdd.storage import DirectoryStore, read_blob
from fdd.testing.federation import FederationContract
from fdd.tracking import MemoryTracker
from fdd.training import SiteData, SiteTrainer

NAMES = ("lipophilicity.logd74", "herg.inhibition")
WIDTH = 199


def examples(rows: int, seed: int, without: int | None = None) -> Examples:
    random = np.random.default_rng(seed)
    features = np.abs(random.standard_normal((rows, WIDTH))).astype(np.float32)
    values = np.stack([features[:, 0] - features[:, 1], features[:, 2] > 0.6], 1)
    values = values.astype(np.float32)
    if without is not None:
        values[:, without] = np.nan
    return Examples(features, values, np.zeros(values.shape, np.int8), NAMES, (False, True))


def data(seed: int, without: int | None = None) -> SiteData:
    return SiteData(
        examples(60, seed, without), examples(20, seed + 100, without),
        examples(20, seed + 200, without), examples(30, 999),
    )  # fmt: skip


SITES = {"a": data(1), "b": data(2, without=1), "c": data(3)}


def spec(**changes: object) -> RunSpec:
    base = {
        "name": "test",
        "endpoints": (EndpointSpec(id=NAMES[0], head="shared"), EndpointSpec(id=NAMES[1])),
        "training": TrainingSpec(rounds=3, batch_size=16),
        "model": {"family": "mlp-ecfp", "options": {"hidden": 16}},
        "data": {"featurizer": "descriptors-fast"},
        "cohort": CohortSpec(minimum_sites=2),
    }
    return RunSpec.model_validate({**base, **changes})


class TestSimulatedFederation(FederationContract):
    def make(self, folder):
        run = spec()
        trainers = {name: SiteTrainer(name, run, part, None) for name, part in SITES.items()}
        return SimulatedFederation(trainers, DirectoryStore(folder)), "run-1", run.digest()


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return simulate(spec(), SITES, tmp_path_factory.mktemp("run"))


def with_histograms(tmp_path, *sites: str):
    """A run that asks for histograms, of which these sites send one."""
    counts = {NAMES[0]: tuple(range(10, 22))}
    parts = {
        name: replace(part, histograms=counts if name in sites else {})
        for name, part in SITES.items()
    }
    asks = {"featurizer": "descriptors-fast", "histograms": True}
    return simulate(spec(data=asks), parts, tmp_path).state


def test_histograms_are_added_exactly_and_change_no_model(finished, tmp_path):
    state = with_histograms(tmp_path, *SITES)
    (summed,) = state.histograms
    assert (summed.endpoint, summed.sites) == (NAMES[0], 3)
    assert summed.counts == tuple(3 * count for count in range(10, 22))
    assert state.model == finished.state.model
    assert finished.state.histograms == ()


def test_a_histogram_of_two_sites_is_not_kept(tmp_path):
    assert with_histograms(tmp_path, "a", "b").histograms == ()


def test_sites_calibrate_a_shared_head_together_and_a_released_model_has_it(tmp_path):
    parts = {
        name: replace(part, validation=examples(40, 50 + n))
        for n, (name, part) in enumerate(SITES.items())
    }
    done = simulate(spec(), parts, tmp_path)
    (found,) = done.state.best.scores
    assert (found.endpoint, found.kind, found.sites) == (NAMES[0], "error", 3)
    assert sum(found.counts) == 120
    names = {point.name for point in done.points}
    assert "validation_error" in names
    assert not any(name.startswith("conformity") for name in names)
    store = DirectoryStore(tmp_path / "blobs")
    model = decode(read_blob(store, done.state.model))
    card = released_card(done.state.spec, "run", done.state.model, model, done.state.best.scores)
    (served,) = card.endpoints
    assert (served.pooled.molecules, served.pooled.sites) == (120, 3)
    for value in done.values.values():
        by_way = {score.way: score for score in value.rows[0].others.scores}
        assert by_way["federated"].width >= served.pooled.half_width - 1e-9


def test_sites_with_too_few_molecules_calibrate_nothing_together(finished):
    assert finished.state.best.scores == ()


def test_a_run_completes_with_every_site_in_every_report(finished):
    assert finished.state.status is RunStatus.COMPLETED
    assert set(finished.reports) == set(SITES)
    assert finished.state.best.model == finished.state.model


def test_one_seed_gives_one_model(finished, tmp_path):
    again = simulate(spec(), SITES, tmp_path)
    assert again.state.model == finished.state.model
    other = simulate(spec(seed=2), SITES, tmp_path / "other")
    assert other.state.model != finished.state.model


def test_private_heads_do_not_leave_and_unmeasured_endpoints_do_not_train(finished, tmp_path):
    simulate(spec(), SITES, tmp_path)
    private = sorted(path.name for path in (tmp_path / "sites" / "a").glob("private-*"))
    assert private == [f"private-{n}.safetensors" for n in (1, 2, 3)]
    assert [row.endpoint for row in finished.reports["b"].rows] == [NAMES[0]]


def test_a_run_starts_from_a_trunk_with_heads_and_label_scaling_of_its_own(tmp_path):
    other = FAMILIES.get("mlp-ecfp").init(
        spec(),
        WIDTH,
        Moments((np.full(WIDTH, 0.5), np.ones(WIDTH)), dict.fromkeys(NAMES, (0, 1))),
        9,
    )
    trunk = trunk_of(other)
    store = DirectoryStore(tmp_path / "blobs")
    kept = store.write(encoded_size(trunk.layout), encode_pieces(trunk))
    model = {"family": "mlp-ecfp", "options": {"hidden": 16}, "trunk": kept.id}
    run = spec(model=model, training=TrainingSpec(rounds=1, batch_size=16, learning_rate=1e-9))
    done = simulate(run, SITES, tmp_path)
    made = decode(read_blob(store, done.state.model))
    for name in trunk:
        np.testing.assert_allclose(made[name], trunk[name], atol=1e-5)
    own = [part.train.values[:, 0] for part in SITES.values()]
    center = np.average([np.nanmean(v) for v in own], weights=[np.sqrt(len(v)) for v in own])
    assert made[f"target:{NAMES[0]}/mean"][0] == pytest.approx(center, abs=1e-3)


def test_a_trunk_of_another_model_is_refused():
    family, run = FAMILIES.get("mlp-ecfp"), spec()
    with pytest.raises(ModelInputError, match="no trunk"):
        trunk_of(Arrays({"head:x/weight": np.zeros((1, 4), np.float32)}))
    model = family.init(
        run, WIDTH, Moments((np.zeros(WIDTH), np.ones(WIDTH)), dict.fromkeys(NAMES, (0, 1))), 1
    )
    require_trunk(family, run, WIDTH, trunk_of(model).layout)
    with pytest.raises(ModelInputError, match="none of this run's model"):
        require_trunk(family, run, WIDTH + 1, trunk_of(model).layout)
    broken = model.merge({"trunk/0/bias": np.full(16, np.nan, np.float32)})
    with pytest.raises(ModelInputError, match="NaN"):
        trunk_of(broken)
    coarse = model.merge({"trunk/0/bias": np.zeros(16, np.float16)})
    with pytest.raises(ModelInputError, match="is float16, and runs train float32"):
        trunk_of(coarse)
    with pytest.raises(ValidationError, match="name one of both"):
        spec(model={"family": "mlp-ecfp", "start": "0" * 64, "trunk": "1" * 64})


@pytest.mark.parametrize("stop_in", [RunPhase.TRAIN, RunPhase.AGGREGATE, RunPhase.EVALUATE])
def test_a_killed_simulation_goes_on_to_the_same_model(finished, tmp_path, stop_in):
    class KilledError(BaseException):
        pass

    class Dying(DirectoryStates):
        def save(self, state, record=None, events=()):
            saved = super().save(state, record, events)
            if saved.phase is stop_in and saved.round == 2:
                raise KilledError
            return saved

    import fdd.simulation.runner as runner

    real = runner.DirectoryStates
    runner.DirectoryStates = Dying
    try:
        with pytest.raises(KilledError):
            simulate(spec(), SITES, tmp_path)
    finally:
        runner.DirectoryStates = real
    resumed = simulate(spec(), SITES, tmp_path)
    assert resumed.state.model == finished.state.model
    assert resumed.state.chain != "0" * 64


class FlakyFederation(SimulatedFederation):
    """Sites that leave and come back; the clock moves when the engine waits."""

    def __init__(self, *arguments, gone=(), **named):
        super().__init__(*arguments, **named)
        self.gone = set(gone)
        self.now = 1000.0

    def sites(self, run_id):
        return [site for site in super().sites(run_id) if site not in self.gone]

    def expected(self, run_id):
        return super().sites(run_id)

    def wait(self, key, known, seconds):
        task, cohort = self._tasks[key]
        waiting = [s for s in cohort if s not in self._replies[key] and s not in self.gone]
        if waiting:
            self._replies[key][waiting[0]] = self._work(task, waiting[0])
        else:
            self.now += seconds


class LyingFederation(FlakyFederation):
    """One site whose updates are something else than what was asked for."""

    def __init__(self, *arguments, says, **named):
        super().__init__(*arguments, **named)
        self.says = says

    def _work(self, task, site):
        reply = super()._work(task, site)
        if site != "c" or task.key.phase is not Phase.TRAIN:
            return reply
        payload = self.says(decode(self._payloads[task.key, site]))
        self._payloads[task.key, site] = payload
        return reply.model_copy(update={"payload": manifest_of(payload)})


def engine(tmp_path, run: RunSpec, gone=(), kind=FlakyFederation, **named):
    store, states = DirectoryStore(tmp_path), MemoryStates()
    trainers = {name: SiteTrainer(name, run, part, None) for name, part in SITES.items()}
    federation = kind(trainers, store, gone=gone, **named)
    states.create(
        RunState(run_id="run-1", spec=run, spec_digest=run.digest(), created_at=federation.now)
    )
    made = Engine(states, federation, store, MemoryTracker(), lambda: federation.now)
    return made, federation, states, store


def drive(made, federation, states, at=None, then=None, limit=5000):
    """Advance to the end; ``then`` is called once when ``at`` holds for the state."""
    for _ in range(limit):
        state = states.load("run-1")
        if at is not None and at(state):
            then()
            at = None
        pause = made.advance("run-1")
        if pause.done:
            return states.load("run-1")
        if pause.waits_for is not None:
            federation.wait(pause.waits_for, pause.known, pause.seconds)
        else:
            federation.now += pause.seconds
    raise AssertionError("the run does not end")


LIES = {
    "shapes": lambda update: encode(Arrays({n: a[..., :1].copy() for n, a in update.items()})),
    "fewer": lambda update: encode(update.select(lambda name: not name.endswith("bias"))),
    "nan": lambda update: save(
        {n: np.full(a.shape, np.nan, np.float32) for n, a in update.items()}
    ),
    "garbage": lambda update: b"\x00" * len(encode(update)),
    "empty": lambda update: b"",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_site_that_sends_what_is_no_update_is_excluded_with_a_reason(tmp_path, lie):
    run = spec(training=TrainingSpec(rounds=1, batch_size=16))
    made, federation, states, _ = engine(tmp_path, run, kind=LyingFederation, says=LIES[lie])
    ended = drive(made, federation, states)
    assert ended.status is RunStatus.COMPLETED
    (record,) = states.records
    assert set(record.survivors) == {"a", "b"}
    assert [(e.site, e.reason) for e in record.excluded] == [("c", "payload_refused")]


class ForgetfulFederation(FlakyFederation):
    """A hub that was restored from a backup without the updates it had received."""

    def payload(self, key, reply, start=0, stop=None):
        if reply.site == "c" and key.phase is Phase.TRAIN:
            raise FileNotFoundError
        return super().payload(key, reply, start, stop)


def test_an_update_that_is_gone_is_left_out_with_a_reason(tmp_path):
    run = spec(training=TrainingSpec(rounds=1, batch_size=16))
    made, federation, states, _ = engine(tmp_path, run, kind=ForgetfulFederation)
    assert drive(made, federation, states).status is RunStatus.COMPLETED
    (record,) = states.records
    assert [(e.site, e.reason) for e in record.excluded] == [("c", "payload_lost")]


def test_a_site_that_dies_is_left_out_with_a_reason_and_may_come_back(tmp_path):
    made, federation, states, _ = engine(tmp_path, spec())
    ended = drive(
        made, federation, states,
        at=lambda s: s.phase is RunPhase.TRAIN and s.round == 2,
        then=lambda: federation.gone.add("c"),
    )  # fmt: skip
    assert ended.status is RunStatus.COMPLETED
    rounds = {record.round: record for record in states.records}
    assert rounds[1].survivors == ("a", "b", "c")
    assert rounds[2].survivors == ("a", "b")
    assert [(e.site, e.reason) for e in rounds[2].excluded] == [("c", "no_reply")]
    assert rounds[3].cohort == ("a", "b")


def test_a_run_ends_even_when_all_sites_are_dead(tmp_path):
    run = spec(cohort=CohortSpec(minimum_sites=2, deadline_seconds=50, gather_seconds=10))
    made, federation, states, _ = engine(tmp_path, run, gone=SITES)
    started = federation.now
    ended = drive(made, federation, states)
    assert (ended.status, ended.stop_reason) == (RunStatus.FAILED, "too_few_sites")
    assert federation.now - started < 70


def test_a_run_whose_sites_die_half_way_keeps_its_best_model(tmp_path):
    run = spec(cohort=CohortSpec(minimum_sites=2, deadline_seconds=50, offline_seconds=5))
    made, federation, states, store = engine(tmp_path, run)
    ended = drive(
        made, federation, states,
        at=lambda s: s.phase is RunPhase.SELECT and s.round == 3,
        then=lambda: federation.gone.update(SITES),
    )  # fmt: skip
    assert ended.status is RunStatus.COMPLETED
    assert ended.model == ended.best.model
    assert len(read_blob(store, ended.model)) > 0


def test_a_round_without_quorum_changes_nothing_and_the_run_goes_on(tmp_path):
    run = spec(cohort=CohortSpec(minimum_sites=3, deadline_seconds=50, offline_seconds=5))
    made, federation, states, _ = engine(tmp_path, run)
    before = {}

    def leave():
        before["model"] = states.load("run-1").model
        federation.gone.add("c")

    def back(state):
        if "c" in federation.gone and state.phase is RunPhase.CHECKPOINT:
            federation.gone.clear()
        return state.phase is RunPhase.TRAIN and state.round == 2

    ended = drive(made, federation, states, at=back, then=leave)
    rounds = {record.round: record for record in states.records}
    assert rounds[2].survivors == ()
    assert rounds[2].model == before["model"]
    assert ended.status is RunStatus.COMPLETED


@pytest.mark.parametrize("resumed", [True, False], ids=["resumed", "forgotten"])
def test_a_paused_run_waits_between_two_rounds_and_not_for_ever(tmp_path, resumed):
    made, federation, states, _ = engine(tmp_path, spec(**BRIEF))
    hours = 0

    def change(**what):
        states.save(states.load("run-1").model_copy(update=what))

    def advance(run_id, step=made.advance):
        nonlocal hours
        state = states.load(run_id)
        if state.paused_at is not None and state.phase is RunPhase.SELECT:
            hours += 1
            federation.now += 3600
            if resumed and hours == 24:
                change(paused_at=None)
        return step(run_id)

    made.advance = advance
    ended = drive(
        made, federation, states,
        at=lambda s: s.phase is RunPhase.TRAIN and s.round == 1,
        then=lambda: change(paused_at=federation.now),
    )  # fmt: skip
    assert [record.round for record in states.records] == ([1, 2, 3] if resumed else [1])
    assert ended.stop_reason == ("finished" if resumed else "paused_too_long")
    assert hours == (24 if resumed else 720)


def test_sites_that_refuse_at_once_do_not_burn_all_rounds_of_a_run(tmp_path):
    run = spec(training=TrainingSpec(rounds=40))
    made, federation, states, _ = engine(tmp_path, run)

    def refuse(task, site):
        if task.key.phase is Phase.FINALIZE:
            return Reply(site=site, status="done")
        return Reply(site=site, status="declined", reason="aborted_by_site")

    ended = drive(
        made, federation, states,
        at=lambda s: s.phase is RunPhase.SELECT and s.round == 2,
        then=lambda: setattr(federation, "_work", refuse),
    )  # fmt: skip
    assert [e.params for _, e in states.events if e.code == "ended_early"] == [
        {"reason": "rounds_without_quorum"}
    ]
    assert ended.stop_reason == "rounds_without_quorum"
    assert [bool(record.survivors) for record in states.records] == [True, False, False, False]
    assert ended.model == ended.best.model


def test_a_stop_ends_with_the_best_model(tmp_path):
    made, federation, states, _ = engine(tmp_path, spec())

    def stop():
        state = states.load("run-1")
        states.save(state.model_copy(update={"stop_requested": True}))

    ended = drive(
        made,
        federation,
        states,
        at=lambda s: s.round == 3 and s.phase is RunPhase.SELECT,
        then=stop,
    )
    assert (ended.status, ended.stop_reason) == (RunStatus.STOPPED, "stopped_by_person")
    assert ended.model == ended.best.model


def test_patience_stops_a_run_that_no_longer_learns(tmp_path):
    run = spec(
        training=TrainingSpec(rounds=40, learning_rate=5.0), evaluation={"every": 1, "patience": 2}
    )
    made, federation, states, _ = engine(tmp_path, run)
    ended = drive(made, federation, states)
    assert ended.status is RunStatus.COMPLETED
    assert len(states.records) < 40


def test_of_two_engines_one_wins_each_step_and_the_model_is_the_same(tmp_path, finished):
    made, federation, states, store = engine(tmp_path, spec())
    other = Engine(states, federation, store, MemoryTracker(), lambda: federation.now)
    ended = None
    for step in range(5000):
        pause = (made, other)[step % 2].advance("run-1")
        if pause.done:
            ended = states.load("run-1")
            break
        if pause.waits_for is not None:
            federation.wait(pause.waits_for, pause.known, pause.seconds)
    assert ended is not None
    assert ended.status is RunStatus.COMPLETED


BRIEF = {"personalization": {"epochs": 0}}
"""What takes most of the time, and is not what these are about."""


def test_a_run_that_is_worse_than_a_constant_ends_early(tmp_path):
    wild = TrainingSpec(rounds=30, batch_size=4, learning_rate=9.0, schedule="constant")
    run = spec(training=wild, evaluation={"divergence": 2}, **BRIEF)
    made, federation, states, _ = engine(tmp_path, run)
    ended = drive(made, federation, states)
    assert (ended.status, ended.stop_reason) == (RunStatus.COMPLETED, "diverged")
    assert 2 <= ended.round < 30
    assert ended.diverging == 2
    codes = [(event.code, event.params.get("reason")) for _, event in states.events]
    assert ("ended_early", "diverged") in codes


def test_only_evaluations_in_a_row_count_as_divergence():
    run = spec(evaluation={"divergence": 2})
    state = RunState(run_id="run-1", spec=run, spec_digest=run.digest(), created_at=0.0, round=1)
    count = 0
    for score, constant, expected in (
        (1.2, 1.0, 1), (None, None, 1), (0.9, 1.0, 0), (1.0, 1.0, 0), (1.1, 1.0, 1), (1.1, 1.0, 2),
    ):  # fmt: skip
        now = {"score": score, "constant": constant, "diverging": count}
        count = diverging(state.model_copy(update=now))
        assert count == expected
        ends = why_last(state.model_copy(update={"diverging": count}), now=9.0)
        assert ends == ("diverged" if count == 2 else None)


def test_no_round_begins_once_the_budget_is_spent(tmp_path):
    many = TrainingSpec(rounds=50, batch_size=16)
    run = spec(training=many, evaluation={"budget_seconds": 100}, **BRIEF)
    made, federation, states, _ = engine(tmp_path, run)
    begin = federation.now
    real = states.save

    def save(state, record=None, events=()):
        if record is not None:
            federation.now += 40
        return real(state, record, events)

    states.save = save
    ended = drive(made, federation, states)
    assert (ended.stop_reason, ended.round) == ("budget_spent", 4)
    assert federation.now - begin >= 100


def test_no_round_begins_once_the_bytes_are_spent(tmp_path):
    many = TrainingSpec(rounds=50, batch_size=16)
    free = spec(training=TrainingSpec(rounds=1, batch_size=16), **BRIEF)
    made, federation, states, _ = engine(tmp_path / "one", free)
    a_round = drive(made, federation, states).moved
    assert a_round > 0
    budget = {"budget_mib": 2.5 * a_round / (1 << 20)}
    made, federation, states, _ = engine(
        tmp_path / "many", spec(training=many, evaluation=budget, **BRIEF)
    )
    ended = drive(made, federation, states)
    assert (ended.stop_reason, ended.round, ended.moved) == ("budget_spent", 3, 3 * a_round)


def test_some_sites_train_in_turns_and_all_of_them_judge(tmp_path):
    run = spec(cohort={"minimum_sites": 1, "sample": 1}, **BRIEF)
    made, federation, states, _ = engine(tmp_path, run)
    judges = set()
    drive(made, federation, states, at=lambda s: judges.add(s.judges), then=lambda: None)
    everybody = tuple(federation.sites("run"))
    assert len(everybody) > 1
    assert everybody in judges
    trained = [record.cohort for record in states.records]
    assert {len(cohort) for cohort in trained} == {1}
    assert {site for cohort in trained for site in cohort} == set(everybody)


def test_no_gain_is_a_reason_of_its_own(tmp_path):
    still = TrainingSpec(rounds=30, batch_size=16, learning_rate=1e-12)
    run = spec(training=still, evaluation={"patience": 2}, **BRIEF)
    made, federation, states, _ = engine(tmp_path, run)
    ended = drive(made, federation, states)
    assert ended.stop_reason == "plateau"
    assert ended.round <= 6


def test_a_run_starts_from_a_checkpoint_of_another(tmp_path):
    made, federation, states, store = engine(tmp_path, spec(**BRIEF))
    first = drive(made, federation, states)
    start = {r.round: r.model for r in states.records}[2]
    model = {"family": "mlp-ecfp", "options": {"hidden": 16}, "start": start}
    again = spec(model=model, **BRIEF)
    made, federation, states, store = engine(tmp_path, again)
    ended = drive(made, federation, states)
    assert ended.status is RunStatus.COMPLETED
    assert [record.round for record in states.records] == [1, 2, 3]
    assert ended.best.score < first.best.score * 1.2
    assert "model_taken_over" in {event.code for _, event in states.events}
    assert read_blob(store, start)


def test_what_is_not_used_is_no_part_of_what_sites_sign():
    text = spec().model_dump_json()
    unused = (
        "divergence",
        "budget_seconds",
        "budget_mib",
        "sample",
        "late_rounds",
        "start",
        "balance",
    )
    assert not any(name in text for name in unused)
    used = spec(evaluation={"divergence": 3})
    assert used.digest() != spec().digest()
    assert RunSpec.model_validate_json(used.model_dump_json()) == used
