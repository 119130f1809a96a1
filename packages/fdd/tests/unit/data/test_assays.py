"""Assays are read by a dictionary, and joined only where shared compounds allow it."""

import re

import numpy as np
import pytest

from fdd.data.aggregate import build
from fdd.data.assays import Verdict, dictionary, mapping_of, offsets, propose
from fdd.data.checks import DataView, Severity, run_checks
from fdd.data.corrections import apply
from fdd.data.endpoints import catalogue
from fdd.data.errors import UnmappedError
from fdd.data.fixes import suggest
from fdd.data.mapping import guess
from fdd.data.species import SPECIES


@pytest.mark.parametrize(
    ("text", "endpoint", "still_open"),
    [
        ("Inhibition of human CYP3A4 in liver microsomes", "cyp3a4.pic50", ""),
        ("Inhibition of CYP2C19", "cyp2c19.pic50", ""),
        ("Time-dependent inactivation of CYP3A4", "", ""),
        ("Plasma protein binding in Sprague-Dawley rat", "ppb.bound.rat", ""),
        ("Protein binding in plasma (unknown origin)", "", "species"),
        ("인간 간세포 고유 청소율", "clearance.hepatocyte.human", ""),
        ("Intrinsic clearance in mouse liver microsomes", "clearance.microsome.mouse", ""),
        ("Caco-2 efflux ratio", "caco2.efflux-ratio", ""),
        ("Binding affinity to hERG by patch clamp", "herg.pic50", ""),
        ("Kinase panel", "", ""),
    ],
)
def test_assay_texts_are_read(table_of, text, endpoint, still_open) -> None:
    (found,) = propose(table_of({"Assay": [text] * 3}), "Assay")
    assert (found.endpoint, found.open, found.rows) == (endpoint, still_open, 3)
    assert bool(found.evidence) == bool(endpoint or still_open)


def test_the_heading_of_the_values_says_what_was_measured(table_of) -> None:
    table = table_of(
        {
            "assay": ["HLM 0.5 mg/mL", "RLM", "mouse liver microsomes", "개 마이크로솜", "plasma"],
            "CLint (uL/min/mg)": ["1", "2", "3", "4", "5"],
        }
    )
    found = {one.assay: (one.endpoint, one.open) for one in propose(table, "assay")}
    assert found["HLM 0.5 mg/mL"] == ("clearance.microsome.human", "")
    assert found["RLM"] == ("clearance.microsome.rat", "")
    assert found["mouse liver microsomes"] == ("clearance.microsome.mouse", "")
    assert found["plasma"] == ("", "")
    assert found["개 마이크로솜"][0] in {"clearance.microsome.dog", ""}


def test_every_entry_leads_to_the_catalogue() -> None:
    for entry in dictionary():
        names = [f"{entry.endpoint}.{s}" for s in SPECIES] if entry.by_species else [entry.endpoint]
        assert any(name in catalogue() for name in names), entry.endpoint
        for words in (*entry.all, *entry.none):
            re.compile(words)


def test_proposals_become_a_mapping_that_reads_the_table(table_of, molecules) -> None:
    table = table_of(
        {
            "SMILES": molecules,
            "IC50 value": [round(10 * 1.1**n, 2) for n in range(60)],
            "units": ["nM"] * 60,
            "assay": ["Inhibition of CYP3A4"] * 30 + ["Inhibition of CYP2D6"] * 30,
        }
    )
    mapping = mapping_of(table, "assay", propose(table, "assay"))
    assert set(mapping.endpoints()) == {"cyp3a4.pic50", "cyp2d6.pic50"}
    assert mapping.values[0].unit_column == "units"
    assert guess(table, "cyp3a4.pic50").mapping is not None
    assert not any(value.merge_assays for value in mapping.values)
    consented = mapping_of(table, "assay", propose(table, "assay"), merge=True)
    assert all(value.merge_assays for value in consented.values)
    with pytest.raises(UnmappedError, match="no assays of the dictionary"):
        mapping_of(table, "units", propose(table, "units"))


def two_assays(view_of, molecules, shift: float, noise: float = 0.05, shared: int = 40):
    random = np.random.default_rng(0)
    values = [round(4 + 0.03 * n, 3) for n in range(60)]
    again = [values[n] + shift + random.normal(0, noise) for n in range(shared)]
    return view_of(
        [*molecules, *molecules[:shared]],
        values + again,
        "herg.pic50",
        unit="pIC50",
        extra={"assay": ["patch clamp"] * 60 + ["binding"] * shared},
        mapping={"assay": "assay"},
    )


@pytest.mark.parametrize(
    ("shift", "noise", "verdict"),
    [(0.1, 0.05, Verdict.MERGE), (1.5, 0.05, Verdict.SEPARATE), (0.68, 0.6, Verdict.UNKNOWN)],
)
def test_shift_is_measured_on_shared_compounds(view_of, molecules, shift, noise, verdict) -> None:
    view = two_assays(view_of, molecules, shift, noise)
    (pair,) = offsets(view.measurements, np.array(view.table.column("assay")))
    assert (pair.first, pair.second, pair.shared) == ("patch clamp", "binding", 40)
    assert pair.offset == pytest.approx(shift, abs=0.25)
    assert pair.verdict is verdict
    found = {finding.code: finding.severity for finding in run_checks(view)}
    blocked = Severity.BLOCK
    assert found.get("assays_differ") == (blocked if verdict is Verdict.SEPARATE else None)
    assert found.get("assays_agree_unproven") == (blocked if verdict is Verdict.UNKNOWN else None)


def test_too_few_shared_compounds_are_not_compared(view_of, molecules) -> None:
    view = two_assays(view_of, molecules, 1.5, shared=9)
    assert offsets(view.measurements, np.array(view.table.column("assay"))) == ()


def test_assays_without_shared_compounds_are_not_joined_silently(view_of, molecules) -> None:
    view = two_assays(view_of, molecules, 0.1, shared=9)
    assert "assays_agree_unproven" not in {finding.code for finding in run_checks(view)}
    apart = view_of(
        molecules,
        [round(4 + 0.03 * n, 3) for n in range(60)],
        "herg.pic50",
        unit="pIC50",
        extra={"assay": ["patch clamp"] * 30 + ["binding"] * 30},
        mapping={"assay": "assay"},
    )
    (found,) = [f for f in run_checks(apart) if f.code == "assays_agree_unproven"]
    assert (found.severity, found.count) == (Severity.BLOCK, 1)
    fix = suggest(found, apart)
    assert fix is not None
    table, mapping = apply(apart.table, apart.mapping, (fix,))
    joined = DataView(table, mapping, apart.built)
    assert found.code not in {finding.code for finding in run_checks(joined)}


def test_assays_that_differ_are_given_heads_of_their_own(view_of, molecules, pipeline) -> None:
    view = two_assays(view_of, molecules, 1.5)
    (found,) = [f for f in run_checks(view) if f.code == "assays_differ"]
    fix = suggest(found, view)
    assert fix is not None
    table, mapping = apply(view.table, view.mapping, (fix,))
    assert mapping.endpoints() == ("herg.pic50", "herg.pic50--2")
    built = build(table, mapping, pipeline, b"0123456789abcdef")
    labelled = np.isfinite(built.dataset.values).sum(axis=0)
    assert labelled.tolist() == [60, 40]
    assert "assays_differ" not in {f.code for f in run_checks(DataView(table, mapping, built))}
    assert catalogue().get("herg.pic50--2").written_unit == "-log10(mol/L)"


@pytest.mark.parametrize("name", ["herg.pic50--", "herg.pic50--A", "herg--2", "herg.pic50--a--b"])
def test_a_variant_needs_an_endpoint_and_a_tag(name) -> None:
    assert name not in catalogue()
