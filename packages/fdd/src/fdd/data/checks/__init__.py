"""Validity checks: one file and one line in ``BUILTIN`` each, texts in ``locales/``."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from fdd.core.plugins import Registry
from fdd.data.checks.base import Check, DataView, Finding, Severity
from fdd.data.endpoints import catalogue

__all__ = [
    "CHECKS",
    "DataView",
    "Finding",
    "FindingText",
    "Severity",
    "run_checks",
    "texts",
    "worded",
]

BUILTIN: Final = {
    "assay-offsets": "fdd.data.checks.assay_offsets:check",
    "cells": "fdd.data.checks.cells:check",
    "cliffs": "fdd.data.checks.cliffs:check",
    "composition": "fdd.data.checks.composition:check",
    "consortium": "fdd.data.checks.consortium:check",
    "context": "fdd.data.checks.context:check",
    "declared-splits": "fdd.data.checks.declared_splits:check",
    "drift": "fdd.data.checks.drift:check",
    "label-noise": "fdd.data.checks.label_noise:check",
    "overlap": "fdd.data.checks.overlap:check",
    "replicates": "fdd.data.checks.replicates:check",
    "size": "fdd.data.checks.size:check",
    "split-similarity": "fdd.data.checks.split_similarity:check",
    "structures": "fdd.data.checks.structures:check",
    "tautomers": "fdd.data.checks.tautomers:check",
    "units": "fdd.data.checks.units:check",
    "values": "fdd.data.checks.values:check",
}

CHECKS: Final[Registry[Check]] = Registry("check", BUILTIN)

# Words inside params that a Korean reader meets in Korean.
_KOREAN: Final = {
    "assay": "시험법", "date": "날짜", "low": "아래쪽", "high": "위쪽", "human": "사람",
    "rat": "랫드", "mouse": "마우스", "dog": "개", "monkey": "원숭이", "guinea pig": "기니피그",
    "rabbit": "토끼", "plasma": "혈장", "blood": "혈액", "liver microsomes": "간 마이크로솜",
    "hepatocytes": "간세포", "monolayer": "단층", "one yes, one no": "예와 아니오",
    "tenfold": "10배", "or more": "이상",
}  # fmt: skip
_TRANSLATED: Final = frozenset(
    {"missing", "end", "species", "named", "expected", "matrix", "apart"}
)
_ORDER: Final = {severity: rank for rank, severity in enumerate(Severity)}


class FindingText(BaseModel):
    """A finding in words: what it is, why it matters, what to do.

    Attributes:
        one: What it is where it is one thing, in a language that says that differently.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    why: str
    fix: str
    one: str = ""


def run_checks(view: DataView) -> tuple[Finding, ...]:
    """All findings of all checks, blocking ones first."""
    found = [finding for name in CHECKS.names() for finding in CHECKS.get(name)(view)]
    return tuple(sorted(found, key=lambda f: (_ORDER[f.severity], f.code, f.endpoint, f.column)))


@cache
def texts(language: Literal["en", "ko"]) -> dict[str, FindingText]:
    """Texts by finding code; ``{name}`` stands for a param, ``{count}`` for the count."""
    content = files(__package__).joinpath("locales", f"{language}.json").read_text("utf-8")
    return {code: FindingText.model_validate(text) for code, text in json.loads(content).items()}


def worded(finding: Finding, language: Literal["en", "ko"]) -> FindingText:
    """The text of a finding with its values filled in."""
    values = {name: "–" if value is None else value for name, value in finding.params.items()}
    if finding.endpoint:
        values["endpoint"] = catalogue().get(finding.endpoint).name(language)
    if language == "ko":
        values |= {name: _in_korean(values[name]) for name in _TRANSLATED & set(values)}
    values |= {"count": finding.count, "column": finding.column}
    text = texts(language)[finding.code]
    title = text.one if finding.count == 1 and text.one else text.title
    return FindingText(
        title=title.format_map(values),
        why=text.why.format_map(values),
        fix=text.fix.format_map(values),
    )


def _in_korean(value: object) -> str:
    text = str(value)
    for english, korean in _KOREAN.items():
        text = re.sub(rf"\b{english}\b", korean, text)
    return text
