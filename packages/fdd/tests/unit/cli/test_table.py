"""What the value table says in words."""

from __future__ import annotations

from fdd.cli.table import ValueRow, closed_gap, gap_text, home_texts, untold, value_rows
from fdd.protocol.messages import ReportRow, RunReport, Scores


def row(institution, local, personalised, better="lower", others=None):
    return ValueRow(
        institution,
        ReportRow(
            endpoint="lipophilicity.logd74",
            metric="mae" if better == "lower" else "auroc",
            better=better,
            molecules=100,
            chosen="personalised",
            own=Scores(local=local, federated=local, personalised=personalised),
            others=others,
        ),
    )


def test_a_site_that_trains_better_alone_is_named():
    rows = [
        row("a", 0.60, 0.55),
        row("b", 0.60, 0.62),
        row("c", 0.80, 0.75, better="higher"),
        row("d", 0.80, 0.85, better="higher"),
        row("e", 0.60, 0.6003),
        row("f", None, 0.6),
    ]
    lines = list(home_texts(rows))
    assert [line.split(", ")[1].split("'")[0] for line in lines] == ["b", "c"]
    assert "0.600, personalised 0.620" in lines[0]


def test_the_share_of_the_gap_is_that_of_the_means():
    rows = [
        row("a", 1, 1, others=Scores(local=0.8, federated=0.6, personalised=0.6, central=0.5)),
        row("b", 1, 1, others=Scores(local=0.6, federated=0.5, personalised=0.5, central=0.5)),
    ]
    gap = closed_gap(rows, "lipophilicity.logd74")
    assert abs(gap - 0.75) < 1e-9
    assert "75%" in gap_text("lipophilicity.logd74", gap)
    assert gap_text("lipophilicity.logd74", None) is None


def test_the_yardstick_says_nothing_where_few_molecules_do():
    few = row("a", None, None).row.model_copy(update={"own": Scores(n=0)})
    reports = {"a": RunReport(run_id="run-1", model="0" * 64, rows=(few,))}
    central = {"lipophilicity.logd74": {"own": {"a": 0.4}}}
    (found,) = value_rows(reports, central)
    assert found.row.own.central is None
    assert untold(found.row)
    enough = row("a", 0.5, 0.5).row
    (found,) = value_rows({"a": reports["a"].model_copy(update={"rows": (enough,)})}, central)
    assert found.row.own.central == 0.4
    assert not untold(found.row)
