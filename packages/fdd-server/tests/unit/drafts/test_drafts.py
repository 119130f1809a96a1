"""What a person meets who writes a run: families, the form's schema, and the check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fdd.core.spec import RunSpec
from fdd.models import FAMILIES
from fdd.protocol.cards import CARD, DataCard, EndpointCard, SharedCard
from fdd.protocol.statements import sign_statement
from fdd_server.drafts.schema import spec_schema
from fdd_server.drafts.schemas import PlannedTraffic
from fdd_server.drafts.warnings import warnings_of
from fdd_server.kernel.identity import Role

CSRF = {"X-FDD-CSRF": "1"}
LOGD = "lipophilicity.logd74"
SPEC = {"name": "first", "endpoints": [{"id": LOGD, "head": "shared"}]}
TOML = f'name = "first"\n[[endpoints]]\nid = "{LOGD}"\nhead = "shared"\n'
WORDS = Path(__file__).parents[5] / "web" / "src" / "i18n" / "run-spec.json"


@pytest.fixture
def check(consortium):
    consortium.sign_in()

    def ask(document: dict | str, **changes: object):
        toml = isinstance(document, str)
        body = document if toml else json.dumps({**document, **changes})
        headers = {**CSRF, "Content-Type": f"application/{'toml' if toml else 'json'}"}
        return consortium.web.post("/api/v1/run-spec/check", content=body, headers=headers)

    return ask


def problems(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(each["field"], each["problem"]) for each in answer.json()["problems"]]


def leaves(schema: dict, part: dict, prefix: str = "") -> list[str]:
    """Dotted names of the fields of a schema."""
    found = []
    for name, field in part["properties"].items():
        inner = schema["$defs"].get(field.get("$ref", "").rpartition("/")[2], field)
        if "properties" in inner:
            found += leaves(schema, inner, f"{prefix}{name}.")
            continue
        found.append(f"{prefix}{name}")
        entry = schema["$defs"].get(inner.get("items", {}).get("$ref", "").rpartition("/")[2])
        if entry:
            found += leaves(schema, entry, f"{prefix}{name}[].")
    return found


def test_every_field_of_the_form_has_words_in_both_languages():
    words = json.loads(WORDS.read_text("utf-8"))
    fields = leaves(spec_schema(), spec_schema())
    assert "training.rounds" in fields
    assert sorted(fields) == sorted(words)
    for field, said in words.items():
        for language in ("en", "ko"):
            assert said[language]["label"].strip(), field
            assert said[language]["help"].strip(), field
    assert all(not said["ko"]["help"].isascii() for said in words.values())


def test_schema_is_that_of_the_specification_with_what_this_hub_has(consortium):
    consortium.sign_in(Role.VIEWER)
    schema = consortium.web.get("/api/v1/run-spec/schema").json()
    assert schema["properties"].keys() == RunSpec.model_json_schema()["properties"].keys()
    assert sorted(schema["$defs"]["ModelSpec"]["properties"]["family"]["enum"]) == FAMILIES.names()
    assert schema["$defs"]["StrategySpec"]["properties"]["name"]["enum"] == ["fedavg"]
    assert "graph" not in schema["$defs"]["DataSpec"]["properties"]["featurizer"]["enum"]


def test_a_viewer_reads_the_families_and_may_not_check(consortium):
    consortium.sign_in(Role.VIEWER)
    shown = consortium.web.get("/api/v1/families").json()
    names = [card["name"] for card in shown["items"]]
    assert (names[0], names[-1]) == ("mlp-ecfp", "distil")
    assert sorted(names) == sorted([*FAMILIES.names(), "distil"])
    (mlp,) = [card for card in shown["items"] if card["name"] == "mlp-ecfp"]
    assert mlp["traffic"]["up"] == pytest.approx(2.57e6, rel=0.01)
    assert mlp["costs"]["cpu_ms"] > 0
    assert shown["measured"] >= "2026-11-27"
    answer = consortium.web.post("/api/v1/run-spec/check", json=SPEC, headers=CSRF)
    assert answer.status_code == 403


def test_nobody_else_reads_them(consortium):
    for path in ("families", "run-spec/schema", "trunks"):
        assert consortium.web.get(f"/api/v1/{path}").status_code == 401


def test_check_says_what_a_run_would_mean_and_starts_none(consortium, check):
    for name in ("Alpha", "Beta"):
        consortium.site(name).lease()
    plan = check(SPEC).json()["plan"]
    assert plan["digest"] == RunSpec.model_validate(SPEC).digest()
    traffic = plan["traffic"]
    assert traffic["up"] < traffic["down"]
    assert traffic["packed"] < traffic["up"]
    assert traffic["all_rounds"] == 20 * 2 * (traffic["up"] + traffic["down"])
    assert {site["site_id"]: site["standing"] for site in plan["sites"]} == {
        "alpha": "ready",
        "beta": "ready",
    }
    below = {"field": "cohort.minimum_sites", "warning": "minimum_below_policies"}
    assert plan["warnings"] == [{**below, "params": {"usual": 3}}]
    assert check(SPEC, cohort={"minimum_sites": 3}).json()["plan"]["warnings"][0]["params"] == {
        "ready": 2, "away": 0, "least": 3,
    }  # fmt: skip
    assert consortium.web.get("/api/v1/runs").json()["items"] == []
    assert check(TOML).json() == check(SPEC).json()


def test_check_says_who_could_not_take_part_and_warns(consortium, check):
    for name in ("Alpha", "Beta"):
        consortium.site(name).lease()
    consortium.web.put("/api/v1/sites/beta/cordon", json={"reason": "new disk"}, headers=CSRF)
    plan = check(SPEC).json()["plan"]
    standing = {site["site_id"]: (site["standing"], site["reasons"]) for site in plan["sites"]}
    assert standing == {"alpha": ("ready", []), "beta": ("away", ["cordoned"])}
    assert [(w["warning"], w["params"]) for w in plan["warnings"]] == [
        ("too_few_ready", {"ready": 1, "away": 1, "least": 2}),
        ("minimum_below_policies", {"usual": 3}),
    ]
    consortium.web.post("/api/v1/sites/beta/revoke", headers=CSRF)
    assert [site["site_id"] for site in check(SPEC).json()["plan"]["sites"]] == ["alpha"]


def test_what_a_site_has_is_known_from_its_cards_only(consortium, check):
    alpha = consortium.site("Alpha")
    alpha.lease()

    def shown(molecules: str, endpoint: str = LOGD) -> tuple[str, list[str], bool]:
        known = EndpointCard(endpoint=endpoint, molecules=molecules, limits="0-1 %")
        card = DataCard(
            dataset="1" * 64, pipeline="2" * 64, catalogue_version="1", molecules=molecules,
            scaffolds="10-19", endpoints=(known,), findings=(),
        )  # fmt: skip
        shared = SharedCard(site_id=alpha.site_id, handle="0" * 16, card=card)
        statement = sign_statement(CARD, shared, alpha.key, alpha.site_id)
        assert alpha.send("POST", "/cards", statement).status_code == 204
        return standing()

    def standing() -> tuple[str, list[str], bool]:
        (site,) = check(SPEC).json()["plan"]["sites"]
        return site["standing"], site["reasons"], site["card"]

    assert standing() == ("ready", [], False)
    for molecules in ("under 10", "10-19"):
        assert shown(molecules) == ("cannot", ["too_few_rows"], True)
    for molecules in ("20-49", "50000 or more"):
        assert shown(molecules) == ("ready", [], True)
    assert shown("20-49", "herg.pic50") == ("cannot", ["no_endpoint"], True)


DOUBTFUL = (
    ({"endpoints": [{"id": LOGD}]}, "endpoints.0.head", "only_private_head"),
    ({"endpoints": [{"id": "made.up"}]}, "endpoints.0.id", "endpoint_not_catalogued"),
    ({"evaluation": {"every": 30}}, "evaluation.every", "never_evaluated"),
    ({"training": {"rounds": 2}}, "training.rounds", "less_than_recipe"),
    ({"training": {"batch_size": 512}}, "training.batch_size", "batch_above_recipe"),
    ({"data": {"minimum_rows": 5}}, "data.minimum_rows", "few_rows_for_family"),
    (
        {
            "model": {"family": "dmpnn"},
            "data": {"featurizer": "ecfp4-counts+descriptors+graph", "minimum_rows": 100},
        },
        "model.family",
        "graphs_show_structures",
    ),
)


def test_what_is_allowed_and_probably_not_meant_is_warned_of(consortium, check):
    for changes, field, warning in DOUBTFUL:
        found = check(SPEC, **changes).json()["plan"]["warnings"]
        assert (field, warning) in {(each["field"], each["warning"]) for each in found}
    spec = RunSpec.model_validate(SPEC)
    traffic = PlannedTraffic.model_validate(check(SPEC).json()["plan"]["traffic"])
    large = warnings_of(spec, traffic, (), most_bytes=1 << 20)
    assert "reply_too_large" in {each.warning for each in large}


def test_every_problem_is_told_at_its_field(check):
    answer = check(
        {"endpoints": [], "training": {"rounds": 0, "batch_size": "many"}, "surprise": 1}
    )
    assert sorted(problems(answer)) == [
        ("?", "extra_forbidden"),
        ("endpoints", "too_short"),
        ("name", "missing"),
        ("training.batch_size", "int_parsing"),
        ("training.rounds", "greater_than_equal"),
    ]
    bounds = {each["field"]: each["params"] for each in answer.json()["problems"]}
    assert bounds["training.rounds"] == {"ge": 1}
    assert answer.json()["plan"] is None


IMPOSSIBLE = (
    ({"project": "nothing"}, "project", "unknown_project"),
    ({"model": {"family": "mpl-ecfp"}}, "model.family", "unknown_component"),
    ({"data": {"featurizer": "ecfp"}}, "data.featurizer", "unknown_component"),
    ({"strategy": {"name": "fedprox"}}, "strategy.name", "unknown_component"),
    ({"model": {"family": "dmpnn"}}, "data.featurizer", "featurizer_misfit"),
    ({"model": {"options": {"hidden": 4}}}, "model.options.hidden", "option_range"),
    ({"model": {"options": {"widht": 4}}}, "model.options.widht", "option_unknown"),
    ({"model": {"options": {"depth": 1.5}}}, "model.options.depth", "option_type"),
    ({"model": {"trunk": "0" * 64}}, "model.trunk", "unknown_trunk"),
    ({"model": {"start": "0" * 64}}, "model.start", "unknown_checkpoint"),
    ({"cohort": {"sample": 1}}, "cohort", "sample_below_quorum"),
    ({"endpoints": [{"id": LOGD}] * 2}, "the whole", "endpoint_twice"),
    (
        {"endpoints": [{"id": "herg.pic50--2", "head": "shared"}]},
        "endpoints.0",
        "numbered_head_is_private",
    ),
)


def test_what_does_not_go_together_is_refused_by_check_and_submission(consortium, check):
    for changes, field, problem in IMPOSSIBLE:
        assert problems(check(SPEC, **changes)) == [(field, problem)]
        answer = consortium.web.post("/api/v1/runs", json={**SPEC, **changes}, headers=CSRF)
        assert (answer.status_code, answer.json()["code"]) == (422, "FDD-1005")
        params = answer.json()["params"]
        assert (params["field"], params["problem"]) == (field, problem)


def test_a_document_that_cannot_be_read_is_refused_and_never_a_fault(check):
    for body in ("[", "name = ", "a = " + "[" * 5000):
        answer = check(body)
        assert (answer.status_code, answer.json()["params"]["problem"]) == (422, "unreadable")
    assert problems(check('name = "x"\nsurprise = 1979-05-27\nseed = nan\n'))


def test_trunks_are_listed_once(consortium):
    import numpy as np

    from fdd.models import Moments
    from fdd.protocol.codec import encode

    consortium.sign_in()
    spec = RunSpec.model_validate({**SPEC, "model": {"options": {"hidden": 8}}})
    scaling = Moments((np.zeros(199), np.ones(199)), {LOGD: (2.0, 1.0)})
    file = encode(FAMILIES.get("mlp-ecfp").init(spec, 199, scaling, 1))
    for _ in range(2):
        added = consortium.web.post("/api/v1/trunks", content=file, headers=CSRF).json()
    (kept,) = consortium.web.get("/api/v1/trunks").json()["items"]
    assert (kept["digest"], kept["bytes"]) == (added["digest"], added["bytes"])
    events = consortium.web.get("/api/v1/audit").json()["items"]
    assert kept["added_by"] in {e["actor"] for e in events if e["action"] == "trunk.added"}
