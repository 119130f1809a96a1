"""Units: reading the many ways people write them, and converting only what may be converted.

Beside a units library's arithmetic this knows three facts of the field: a logarithm is a way of
writing a value; mass concentration becomes molar by the molar mass; and the "mg" of microsomal
protein is not the "kg" of body weight, although both are masses: without stated scaling factors
they are different quantities here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from fdd.data.endpoints import Endpoint, Scale
from fdd.data.errors import UnitError

if TYPE_CHECKING:
    from pint import UnitRegistry

__all__ = [
    "LiverScaling",
    "Measure",
    "convert",
    "joined_by_mass",
    "measure_of",
    "parse_measure",
    "reverses",
    "ways_of_writing",
]

Values = NDArray[np.float64]

_DEFINITIONS: Final = (
    "protein_gram = [protein_mass]",
    "body_gram = [body_mass]",
    "liver_cell = [cells]",
)

# Written form → the expression that the registry understands. Keys are lower case without spaces.
_SPELLINGS: Final = {
    "": "",
    "-": "",
    "none": "",
    "unitless": "",
    "fraction": "",
    "ratio": "",
    "%": "percent",
    "percent": "percent",
    "m": "mol/L",
    "mm": "mmol/L",
    "um": "umol/L",
    "nm": "nmol/L",
    "pm": "pmol/L",
    "10^-6cm/s": "1e-6*cm/s",
    "1e-6cm/s": "1e-6*cm/s",
    "10-6cm/s": "1e-6*cm/s",
    "10'-6cm/s": "1e-6*cm/s",
    "ucm/s": "1e-6*cm/s",
    "ul/min/10^6cells": "uL/min/(1e6*liver_cell)",
    "ul/min/1e6cells": "uL/min/(1e6*liver_cell)",
    "ul/min/10^6cell": "uL/min/(1e6*liver_cell)",
    "ul/min/megacell": "uL/min/(1e6*liver_cell)",
    "ul/min/mg": "uL/min/mprotein_gram",
    "ul/min/mgprotein": "uL/min/mprotein_gram",
    "ml/min/g": "mL/min/protein_gram",
    "ml/min/mg": "mL/min/mprotein_gram",
    "ml/min/kg": "mL/min/kbody_gram",
    "l/h/kg": "L/hour/kbody_gram",
    "l/kg": "L/kbody_gram",
    "ml/kg": "mL/kbody_gram",
    "mol/kg": "mol/kbody_gram",
    "mmol/kg": "mmol/kbody_gram",
    "mg/kg": "mg/kbody_gram",
    "h": "hour",
    "hr": "hour",
    "hours": "hour",
    "min": "minute",
    "s": "second",
    "d": "day",
    "kda": "kilodalton",
}
# How people write each kind of quantity, the registry's expression → units to try.
_WAYS: Final = (
    ("mol/L", ("nM", "uM", "mM", "M", "log10(nM)", "log10(uM)", "log10(M)", "pIC50")),
    ("percent", ("%", "fraction")),
    ("cm/s", ("1e-6 cm/s", "cm/s", "log10(1e-6 cm/s)", "log10(cm/s)")),
    ("uL/min/mprotein_gram", ("uL/min/mg", "mL/min/mg", "log10(uL/min/mg)", "log10(mL/min/mg)")),
    ("uL/min/(1e6*liver_cell)", ("uL/min/10^6 cells", "log10(uL/min/10^6 cells)")),
    ("mL/min/kbody_gram", ("mL/min/kg", "L/h/kg", "log10(mL/min/kg)", "log10(L/h/kg)")),
    ("hour", ("h", "min", "s", "log10(h)", "log10(min)")),
    ("L/kbody_gram", ("L/kg", "mL/kg", "log10(L/kg)")),
    ("mol/kbody_gram", ("mol/kg", "mmol/kg", "log10(mol/kg)", "log10(1/(mol/kg))")),
    ("", ("ratio", "log10(ratio)")),
)
_PLAIN: Final = frozenset(
    f"{prefix}{base}/{per}"
    for base in ("mol", "g")
    for prefix in ("", "m", "u", "n", "p")
    for per in ("l", "ml", "ul", "dl")
) | {"cm/s", "nm/s", "cm/min", "cm/h"}
_PARTS: Final[tuple[tuple[str, Literal["bound", "unbound"]], ...]] = (
    (
        r"(?:fu|fup|fu,p|unbound|free|free?fraction|fraction(?:unbound|free)|unboundfraction)",
        "unbound",
    ),
    (r"(?:fb|bound|fractionbound|boundfraction)", "bound"),
)
_P_VALUE: Final = re.compile(r"p(?:ic|ec|ac|cc|gi)50|pk[iad]|pa2")
_LOG: Final = re.compile(r"(-|neg(?:ative)?)?log(?:10)?[(\[]?(.*?)[)\]]?")
_INVERSE: Final = re.compile(r"1/\(?(.*?)\)?")


class Measure(BaseModel):
    """A unit and the way values in it are written.

    Attributes:
        unit: Expression in the registry of this module; empty for a pure number.
        scale: Linear or a logarithm to base 10.
        part: Which part of a whole a share counts; the other part is the rest of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    scale: Scale = "linear"
    part: Literal["", "bound", "unbound"] = ""


class LiverScaling(BaseModel):
    """Factors that carry an in-vitro clearance to the body; stated by the user, never assumed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    liver_g_per_body_kg: float = Field(gt=0)
    protein_mg_per_liver_g: float | None = Field(default=None, gt=0)
    megacells_per_liver_g: float | None = Field(default=None, gt=0)


def parse_measure(text: str) -> Measure:
    """What a written unit means: ``nM``, ``log10(uM)``, ``pIC50``, ``%``, ``1e-6 cm/s``, …

    Raises:
        UnitError: if the unit is not known.
    """
    plain = _simplified(text)
    if _P_VALUE.fullmatch(plain):
        return Measure(unit="mol/L", scale="negative_log10")
    logarithm = _LOG.fullmatch(plain)
    if logarithm is None:
        for words, part in _PARTS:
            share = re.fullmatch(f"(%|percent)?{words}(%|percent)?", plain)
            if share:
                percent = bool(share[1] or share[2])
                return Measure(unit="percent" if percent else "", part=part)
        return Measure(unit=_expression(plain, text))
    negative = logarithm[1] is not None
    inner = logarithm[2]
    inverse = _INVERSE.fullmatch(inner)
    if inverse is not None:
        negative, inner = not negative, inverse[1]
    unit = "" if inner in ("d", "p", "bb", "d7.4") else _expression(inner, text)
    return Measure(unit=unit, scale="negative_log10" if negative else "log10")


def measure_of(endpoint: Endpoint) -> Measure:
    """The canonical measure of an endpoint's values."""
    return parse_measure(endpoint.unit).model_copy(update={"scale": endpoint.scale})


def ways_of_writing(target: Measure) -> tuple[str, ...]:
    """Units in which people usually write what ``target`` measures; empty where none are known."""
    if target.unit == "":
        return _WAYS[-1][1] if target.scale != "linear" else ()
    for unit, ways in _WAYS[:-1]:
        if _plain_factor(unit, target.unit) is not None:
            return ways
    return ()


def reverses(source: Measure, target: Measure) -> bool:
    """Whether a larger value before is a smaller one after, so that ``>`` becomes ``<``."""
    falling = (source.scale == "negative_log10") != (target.scale == "negative_log10")
    return falling != _other_part(source, target)


def joined_by_mass(source: Measure, target: Measure) -> bool:
    """Whether one of the two counts mass and the other moles, so that molar masses are needed."""
    return (
        _plain_factor(source.unit, target.unit) is None
        and _molar_factor(source.unit, target.unit) is not None
    )


def convert(
    values: Values,
    source: Measure,
    target: Measure,
    *,
    molar_mass: Values | None = None,
    scaling: LiverScaling | None = None,
) -> Values:
    """Values written in ``source`` as ``target`` writes them.

    Args:
        values: ``(rows,)``; NaN stays NaN. A value without a logarithm (≤ 0) becomes NaN.
        source: How the values are written.
        target: How they shall be written.
        molar_mass: ``(rows,)`` g/mol, needed between mass and molar amounts.
        scaling: Needed between in-vitro and whole-body clearance.

    Raises:
        UnitError: if the two are different quantities, or what joins them is missing.
    """
    if source == target:
        return values.copy()
    factor = _factor(source.unit, target.unit, molar_mass, scaling)
    linear = _linear(values, source.scale) * factor
    if _other_part(source, target):
        whole = _plain_factor("", target.unit)
        linear = (1.0 if whole is None else whole) - linear
    return _scaled(linear, target.scale)


def _linear(values: Values, scale: Scale) -> Values:
    if scale == "linear":
        return values
    with np.errstate(over="ignore"):
        return np.power(10.0, values if scale == "log10" else -values)


def _scaled(values: Values, scale: Scale) -> Values:
    if scale == "linear":
        return values
    positive = np.where(values > 0, values, np.nan)
    logarithm: Values = np.log10(positive)
    return logarithm if scale == "log10" else -logarithm


def _factor(
    source: str, target: str, molar_mass: Values | None, scaling: LiverScaling | None
) -> Values | float:
    simple = _plain_factor(source, target)
    if simple is not None:
        return simple
    joined = _molar_factor(source, target)
    if joined is not None:
        if molar_mass is None:
            raise UnitError(
                "Mass and molar units are joined by the molar mass, which is missing here",
                hint="Convert values beside their structures",
                source=source,
                target=target,
            )
        per_mole, inverted = joined
        return per_mole / molar_mass if inverted else per_mole * molar_mass
    return _liver_factor(source, target, scaling)


def _other_part(source: Measure, target: Measure) -> bool:
    return bool(source.part and target.part and source.part != target.part)


def _molar_factor(source: str, target: str) -> tuple[float, bool] | None:
    """Factor beside the molar mass in g/mol, and whether the mass divides."""
    divided = _plain_factor(f"({source or 1})/(g/mol)", target)
    if divided is not None:
        return divided, True
    multiplied = _plain_factor(f"({source or 1})*(g/mol)", target)
    return None if multiplied is None else (multiplied, False)


def _liver_factor(source: str, target: str, scaling: LiverScaling | None) -> float:
    bridges = {
        "protein_gram": None if scaling is None else scaling.protein_mg_per_liver_g,
        "1e6*liver_cell": None if scaling is None else scaling.megacells_per_liver_g,
    }
    for system, per_liver_gram in bridges.items():
        to_body = f"*({'mprotein_gram' if system == 'protein_gram' else system})/kbody_gram"
        forward = _plain_factor(f"({source or 1}){to_body}", target)
        backward = _plain_factor(f"({target or 1}){to_body}", source)
        if forward is None and backward is None:
            continue
        if scaling is None or per_liver_gram is None:
            raise UnitError(
                "In-vitro and whole-body clearance are joined by liver scaling factors",
                hint="State the liver weight and the protein or cells per gram of liver",
                source=source,
                target=target,
            )
        per_body_kg = per_liver_gram * scaling.liver_g_per_body_kg
        if forward is not None:
            return forward * per_body_kg
        if backward is not None:
            return 1.0 / (backward * per_body_kg)
    raise UnitError(
        f"'{source or 'a pure number'}' cannot become '{target or 'a pure number'}'",
        hint="Check the column's unit and the endpoint; they measure different quantities",
        source=source,
        target=target,
    )


@cache
def _plain_factor(source: str, target: str) -> float | None:
    """Factor between two expressions, or ``None`` if their dimensions differ."""
    registry = _registry()
    one = registry.Quantity(1.0, registry.parse_units("dimensionless"))
    given = one * registry.parse_expression(source or "1")
    wanted = one * registry.parse_expression(target or "1")
    if given.dimensionality != wanted.dimensionality:
        return None
    return float((given / wanted).to_base_units().magnitude)


@cache
def _registry() -> UnitRegistry[float]:
    from pint import UnitRegistry

    registry: UnitRegistry[float] = UnitRegistry()
    for definition in _DEFINITIONS:
        registry.define(definition)
    return registry


def _simplified(text: str) -> str:
    plain = re.sub(r"\s+", "", text.strip()).lower()
    for written, meant in (
        ("µ", "u"),
        ("μ", "u"),
        ("·", "."),
        ("−", "-"),
        ("⁻", "-"),
        ("⁶", "6"),
        ("microm", "um"),
        ("l.", "l/"),
        ("micro", "u"),
    ):
        plain = plain.replace(written, meant)
    # ug.mL-1 and mL.min-1.kg-1 are ug/mL and mL/min/kg
    return re.sub(r"[./]?([a-z]+)\^?-1", r"/\1", plain)


def _expression(plain: str, text: str) -> str:
    known = _SPELLINGS.get(plain)
    if known is not None:
        return known
    if plain in _PLAIN:
        return plain.replace("l", "L") if "mol" not in plain else _molar(plain)
    raise UnitError(
        f"The unit '{text.strip()[:32]}' is not known",
        hint="Write it like nM, ug/mL, %, cm/s, uL/min/mg or log10(mol/L)",
        unit=text.strip()[:32],
    )


def _molar(plain: str) -> str:
    amount, _, volume = plain.partition("/")
    return f"{amount}/{volume.replace('l', 'L')}"
