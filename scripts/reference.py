"""Writes the references that follow from the code: run specification, endpoints, settings, policy
and the list of errors, in English and Korean; for the pages the catalogue's names and the words of
a run specification's fields; and the words of the pages for the command lines. ``--check`` fails
when one is out of date."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from errors import PAGES, import_everything
from pydantic import BaseModel
from words import word_files

from fdd.core.errors import all_errors
from fdd.core.spec import RunSpec
from fdd.data.checks import texts
from fdd.data.endpoints import Endpoint, catalogue
from fdd.data.fixes import FIXABLE
from fdd.models.catalogue import catalogue as catalogue_of_families
from fdd.models.catalogue import measured_costs
from fdd.rounds.state import TRANSITIONS
from fdd_client.policy import Policy
from fdd_client.settings import ClientSettings
from fdd_server.kernel import ServerSettings

DOCS: Final = Path(__file__).parent.parent / "docs"
ENDPOINT_NAMES: Final = DOCS.parent / "web" / "src" / "i18n" / "endpoints.json"
SPEC_WORDS: Final = ENDPOINT_NAMES.with_name("run-spec.json")
LANGUAGES: Final = ("en", "ko")
_LINK: Final = re.compile(r"\[([^]]*)\]\([^)]*\)")
Schema = Mapping[str, object]
Wording = dict[str, list[str]]

_NOTE: Final = "<!-- Made by scripts/reference.py; changes here are lost. -->"
_BEGIN: Final = "<!-- The phases of a run, made by scripts/reference.py. -->"
_END: Final = "<!-- End of the phases. -->"
_BOUNDS: Final = {
    "minimum": "≥",
    "exclusiveMinimum": ">",
    "maximum": "≤",
    "exclusiveMaximum": "<",
}
_SCALES: Final = {"linear": "{}", "log10": "log10({})", "negative_log10": "−log10({})"}


class Fields:
    """The leaves of a pydantic model, by dotted name, with type and default."""

    def __init__(self, model: type[BaseModel]) -> None:
        schema = model.model_json_schema()
        self._definitions = schema.get("$defs", {})
        self.rows = list(self._walk(schema, "", None))

    def _walk(
        self, schema: Schema, prefix: str, given: object
    ) -> Iterator[tuple[str, str, str | None]]:
        required = schema.get("required", [])
        properties = schema["properties"]
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise TypeError("not the schema of an object")
        for name, field in properties.items():
            inner = self._resolved(field)
            default = given.get(name, field.get("default")) if isinstance(given, dict) else None
            default = field.get("default") if default is None else default
            if "properties" in inner:
                yield from self._walk(inner, f"{prefix}{name}.", default)
                continue
            shown = None if name in required else json.dumps(default, ensure_ascii=False)
            items = self._resolved(inner.get("items", {}))
            entries = self._resolved(_values(inner))
            if "properties" in entries:
                yield from self._walk(entries, f"{prefix}{name}.NAME.", None)
                continue
            yield f"{prefix}{name}", self._type(inner), shown
            if "properties" in items:
                yield from self._walk(items, f"{prefix}{name}[].", None)

    def _resolved(self, schema: object) -> dict[str, object]:
        if not isinstance(schema, dict):
            return {}
        reference = str(schema.get("$ref", ""))
        return self._definitions[reference.rpartition("/")[2]] if reference else schema

    def _type(self, schema: Mapping[str, object]) -> str:
        choices = schema.get("enum") or ([schema["const"]] if "const" in schema else None)
        if isinstance(choices, list):
            return " · ".join(f"`{choice}`" for choice in choices)
        options = schema.get("anyOf")
        if isinstance(options, list):
            kinds = [self._type(option) for option in options if option.get("type") != "null"]
            return " · ".join(dict.fromkeys(kinds))
        kind = str(schema.get("type", ""))
        if kind == "array":
            return f"[{self._type(self._resolved(schema.get('items', {})))}]"
        bounds = [f"{sign} {schema[key]:,.16g}" for key, sign in _BOUNDS.items() if key in schema]
        return " ".join([kind, ", ".join(bounds)]).strip()


def _values(schema: Mapping[str, object]) -> object:
    """The schema of a table's values, whether or not its keys have a pattern."""
    patterns = schema.get("patternProperties")
    if isinstance(patterns, dict):
        return next(iter(patterns.values()))
    return schema.get("additionalProperties", {})


class Writer:
    """Pages in one language."""

    def __init__(self, language: str, wording: Mapping[str, Wording]) -> None:
        self._index = LANGUAGES.index(language)
        self.language = language
        self._wording = wording

    def text(self, key: str, **values: object) -> str:
        """A phrase."""
        return self._wording["text"][key][self._index].format(**values)

    def page(self, title: str, *parts: str) -> str:
        """A whole page."""
        return "\n\n".join([f"# {self.text(title)}", _NOTE, *parts]) + "\n"

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """A Markdown table."""
        lines = [head, ["---"] * len(head), *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def fields(self, section: str, rows: Sequence[tuple[str, str, str | None]]) -> str:
        """A table of fields with their meaning.

        Raises:
            SystemExit: if a field has no meaning or a meaning no field.
        """
        meanings = self._wording[section]
        names = {name for name, _, _ in rows}
        if names ^ set(meanings):
            sys.exit(f"wording.toml [{section}]: {sorted(names ^ set(meanings))}")
        head = [self.text(key) for key in ("field", "type", "default", "meaning")]
        cells = []
        for name, kind, default in rows:
            shown = self.text("required") if default is None else f"`{default}`"
            shown = self.text("none") if default in {"null", "[]", "{}", '""'} else shown
            cells.append([f"`{name}`", kind, shown, meanings[name][self._index]])
        return self.table(head, cells)

    def run_spec(self) -> str:
        """The reference of the run specification."""
        costs = measured_costs()
        measured = {"machine": costs.machine, "measured": costs.measured}
        return self.page(
            "spec",
            self.text("spec_text"),
            self.fields("run-spec", Fields(RunSpec).rows),
            f"## {self.text('families')}",
            self.text("families_text", **measured),
            self.families(),
            f"## {self.text('options')}",
            self.options(),
        )

    def families(self) -> str:
        """The catalogue of model families: what each is, needs, sends, and how to begin."""
        names = ("family", "what", "featurizers", "rows_least", "recipe", "megabytes", "cpu")
        rows = []
        for card in catalogue_of_families():
            if card.recipe is None or card.traffic is None:
                continue  # no family
            recipe = card.recipe
            made = f"{recipe.rounds} × {recipe.local_epochs}, {recipe.batch_size}, "
            rows.append(
                [
                    f"`{card.name}`",
                    getattr(card.purpose, self.language),
                    ", ".join(f"`{n}`" for n in card.featurizers),
                    str(card.minimum_rows),
                    f"{made}{recipe.learning_rate:g}",
                    f"{(card.traffic.up + card.traffic.down) / 1e6:.1f}",
                    f"{card.costs.cpu_ms:.2g}" if card.costs is not None else "–",
                ]
            )
        return self.table([self.text(key) for key in names], rows)

    def options(self) -> str:
        """The options of all families."""
        rows = [
            [
                f"`{card.name}.{option.name}`",
                f"{option.type} ≥ {option.least:g}, ≤ {option.most:g}",
                f"`{option.default:g}`",
                getattr(option.meaning, self.language),
            ]
            for card in catalogue_of_families()
            for option in card.options
        ]
        return self.table([self.text(k) for k in ("field", "type", "default", "meaning")], rows)

    def settings(self) -> str:
        """The reference of all settings."""
        return self.page(
            "settings",
            self.text("settings_text"),
            *self._section("server", ServerSettings),
            *self._section("client", ClientSettings),
            *self._section("policy", Policy),
        )

    def endpoints(self) -> str:
        """The catalogue."""
        found = catalogue()
        count = len(found.ids())
        parts = [self.text("endpoints_text", version=found.version, count=count)]
        columns = ("name", "unit", "range", "noise", "rows", "metric")
        head = ["id", *(self.text(key) for key in columns)]
        for category, names in self._wording["category"].items():
            mine = [each for each in found.endpoints() if each.category == category]
            rows = [self._endpoint(each) for each in mine]
            parts += [f"## {names[self._index]}", self.table(head, rows)]
            sources = dict.fromkeys(source for each in mine for source in _sources(each))
            if sources:
                parts.append(f"{self.text('sources')} {'; '.join(sources)}.")
        return self.page("endpoints", *parts)

    def findings(self) -> str:
        """Every finding of the validity checks, in words; figures stand for themselves."""
        parts = [self.text("findings_text", count=len(texts(self.language)))]
        for code, text in texts(self.language).items():
            shown = [re.sub(r"\{\w+\}", "…", part) for part in (text.title, text.why, text.fix)]
            fixable = f" *{self.text('fixable')}*" if code in FIXABLE else ""
            parts += [f"## `{code}`", f"**{shown[0]}**", f"{shown[1]} {shown[2]}{fixable}"]
        return self.page("findings", *parts)

    def errors(self) -> str:
        """The list of errors."""
        rows = []
        for code in sorted(all_errors()):
            text = (PAGES / self.language / f"{code}.md").read_text("utf-8")
            title = text.splitlines()[0].partition(" · ")[2]
            rows.append(f"- [{code}](../reference/errors/{self.language}/{code}.md) {title}")
        return self.page("errors", self.text("errors_text"), "\n".join(rows))

    def _section(self, key: str, model: type[BaseModel]) -> Iterator[str]:
        yield f"## {self.text(key)}"
        yield self.text(f"{key}_text")
        yield self.fields(key, Fields(model).rows)

    def _endpoint(self, endpoint: Endpoint) -> list[str]:
        unit = _SCALES[endpoint.scale].format(endpoint.unit).removesuffix("()")
        if endpoint.scale == "linear":
            unit = endpoint.unit or "–"
        if endpoint.kind == "binary":
            positive = endpoint.positive_ko if self.language == "ko" else endpoint.positive_en
            unit = self.text("yes_no", text=positive)
        limits = endpoint.credible_range
        shown = f"{limits.low:g} … {limits.high:g}" if limits else "–"
        return [
            f"`{endpoint.id}`",
            endpoint.name(self.language),
            unit,
            shown,
            f"{endpoint.assay_noise.value:g}" if endpoint.assay_noise else "–",
            str(endpoint.minimum_rows),
            endpoint.metric,
        ]


def _sources(endpoint: Endpoint) -> Iterator[str]:
    """What the range, noise and limits of an endpoint rest on."""
    for part in (endpoint.credible_range, endpoint.assay_noise, endpoint.assay_limits):
        if part is not None:
            yield part.source


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page and its content."""
    wording = tomllib.loads((DOCS / "reference" / "wording.toml").read_text("utf-8"))
    for language in LANGUAGES:
        writer = Writer(language, wording)
        yield DOCS / language / "run-spec.md", writer.run_spec()
        yield DOCS / language / "settings.md", writer.settings()
        yield DOCS / language / "endpoints.md", writer.endpoints()
        yield DOCS / language / "findings.md", writer.findings()
        yield DOCS / language / "errors.md", writer.errors()
    names = {each.id: {"en": each.name_en, "ko": each.name_ko} for each in catalogue().endpoints()}
    yield ENDPOINT_NAMES, json.dumps(names, ensure_ascii=False, indent=2) + "\n"
    yield SPEC_WORDS, spec_words(wording)
    yield run_states()
    yield from word_files()


def spec_words(wording: Mapping[str, Wording]) -> str:
    """Label and help of each field of a run specification, for the form of the pages.

    Raises:
        SystemExit: if a field has no label or a label no field.
    """
    names = [name for name, _, _ in Fields(RunSpec).rows]
    labels, meanings = wording["labels"], wording["run-spec"]
    if set(names) ^ set(labels):
        sys.exit(f"wording.toml [labels]: {sorted(set(names) ^ set(labels))}")
    words = {
        name: {
            language: {"label": labels[name][i], "help": _LINK.sub(r"\1", meanings[name][i])}
            for i, language in enumerate(LANGUAGES)
        }
        for name in names
    }
    return json.dumps(words, ensure_ascii=False, indent=2) + "\n"


def run_states() -> tuple[Path, str]:
    """The README of the slice of runs, with the engine's states as a diagram."""
    path = DOCS.parent / "packages/fdd-server/src/fdd_server/runs/README.md"
    text = path.read_text("utf-8")
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = ["stateDiagram-v2", "    [*] --> admit"]
    for phase, following in TRANSITIONS.items():
        lines += [f"    {phase} --> {each}" for each in sorted(following)]
        lines.append(f"    {phase} --> [*]")
    drawn = "\n".join(lines)
    return path, f"{before}{_BEGIN}\n```mermaid\n{drawn}\n```\n{_END}{after}"


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a page is out of date")
    check = parser.parse_args().check
    import_everything()
    stale = 0
    for path, content in pages():
        if path.exists() and path.read_text("utf-8") == content:
            continue
        stale += 1
        print(f"{'out of date' if check else 'written'}: {path.relative_to(DOCS.parent)}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
