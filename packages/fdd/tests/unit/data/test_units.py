import numpy as np
import pytest

from fdd.data.endpoints import catalogue
from fdd.data.errors import UnitError
from fdd.data.units import (
    LiverScaling,
    convert,
    measure_of,
    parse_measure,
    reverses,
    ways_of_writing,
)

LIVER = LiverScaling(liver_g_per_body_kg=25, protein_mg_per_liver_g=40, megacells_per_liver_g=120)


def converted(value: float, source: str, target: str, **context: object) -> float:
    mass = context.pop("molar_mass", None)
    return float(
        convert(
            np.array([value]),
            parse_measure(source),
            parse_measure(target),
            molar_mass=None if mass is None else np.array([mass]),
            **context,
        )[0]
    )


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (10, "µM", "pIC50", 5),
        (10, "uM", "nM", 10_000),
        (5, "pIC50", "uM", 10),
        (1, "log10(uM)", "pIC50", 5),
        (6, "log10 nM", "log10(mol/L)", -3),
        (2, "log10(1/(mol/kg))", "mol/kg", 0.01),
        (95, "%", "fraction", 0.95),
        (0.2, "fraction", "%", 20),
        (10, "1e-6 cm/s", "log10(cm/s)", -5),
        (10, "10^-6 cm/s", "nm/s", 100),
        (7, "mL/min/g", "uL/min/mg", 7),
        (3, "uL.min-1.mg-1", "µL/min/mg protein", 3),
        (90, "min", "h", 1.5),
        (1.2, "L/h/kg", "mL/min/kg", 20),
    ],
)
def test_units_of_one_quantity_convert(
    value: float, source: str, target: str, expected: float
) -> None:
    assert converted(value, source, target) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [(10, "ug/mL", "uM", 20), (20, "uM", "ug.mL-1", 10), (1, "mg/L", "nM", 2000)],
)
def test_mass_becomes_molar_by_molar_mass(
    value: float, source: str, target: str, expected: float
) -> None:
    assert converted(value, source, target, molar_mass=500.0) == pytest.approx(expected)


def test_mass_without_molar_mass_is_refused() -> None:
    with pytest.raises(UnitError, match="molar mass"):
        converted(1, "ug/mL", "uM")


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (10, "uL/min/mg", "mL/min/kg", 10),
        (10, "mL/min/kg", "uL/min/mg", 10),
        (10, "uL/min/10^6 cells", "mL/min/kg", 30),
    ],
)
def test_clearance_is_scaled_by_stated_factors(
    value: float, source: str, target: str, expected: float
) -> None:
    assert converted(value, source, target, scaling=LIVER) == pytest.approx(expected)


def test_clearance_without_stated_factors_is_refused() -> None:
    with pytest.raises(UnitError, match="scaling factors"):
        converted(1, "uL/min/mg", "mL/min/kg")


def test_missing_factor_of_the_system_is_refused() -> None:
    with pytest.raises(UnitError, match="scaling factors"):
        converted(1, "uL/min/mg", "mL/min/kg", scaling=LiverScaling(liver_g_per_body_kg=25))


@pytest.mark.parametrize(
    ("source", "target"), [("min", "nM"), ("%", "nM"), ("L/kg", "mL/min/kg"), ("uL/min/mg", "nM")]
)
def test_different_quantities_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(UnitError, match="cannot become"):
        converted(1, source, target)


@pytest.mark.parametrize("text", ["foo", "nM/x", "10 furlongs", "log(bananas)"])
def test_unknown_unit_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_measure(text)
    assert "nM" in caught.value.hint


def test_value_without_a_logarithm_becomes_nan() -> None:
    values = convert(np.array([0.0, -1.0, np.nan, 1.0]), parse_measure("M"), parse_measure("pIC50"))
    assert np.isnan(values).tolist() == [True, True, True, False]


def test_negative_logarithm_reverses_order() -> None:
    assert reverses(parse_measure("nM"), parse_measure("pIC50"))
    assert not reverses(parse_measure("nM"), parse_measure("log10(uM)"))


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (0.02, "fu", "% bound", 98),
        (2, "% unbound", "% bound", 98),
        (0.98, "fraction bound", "% unbound", 2),
        (98, "%", "% bound", 98),
        (98, "% bound", "%", 98),
    ],
)
def test_parts_of_a_whole_become_each_other(value, source, target, expected) -> None:
    there = convert(np.array([float(value)]), parse_measure(source), parse_measure(target))
    assert there == pytest.approx([expected])
    back = convert(there, parse_measure(target), parse_measure(source))
    assert back == pytest.approx([value])


def test_liver_clearance_scales_both_ways_with_stated_factors() -> None:
    scaling = LiverScaling(
        liver_g_per_body_kg=25.7, protein_mg_per_liver_g=40, megacells_per_liver_g=120
    )
    for unit, factor in (("uL/min/mg", 40), ("uL/min/10^6 cells", 120)):
        vitro, vivo = parse_measure(unit), parse_measure("mL/min/kg")
        there = convert(np.array([10.0]), vitro, vivo, scaling=scaling)
        assert there == pytest.approx([10 * factor * 25.7 / 1000])
        assert convert(there, vivo, vitro, scaling=scaling) == pytest.approx([10.0])


def test_every_way_of_writing_a_catalogued_quantity_round_trips() -> None:
    for endpoint in catalogue().endpoints():
        target = measure_of(endpoint)
        for text in ways_of_writing(target):
            measure = parse_measure(text)
            values = np.array([0.3, 0.7])
            there = convert(values, measure, target)
            assert convert(there, target, measure) == pytest.approx(values), (endpoint.id, text)
