"""The validity report as one HTML file that loads nothing from outside."""

from __future__ import annotations

from html import escape
from typing import Final

from fdd.data.certificate import ValidityCertificate
from fdd.data.checks import DataView, Finding, Severity, worded
from fdd.data.drawings import drawings
from fdd.data.fixes import suggest
from fdd.data.plots import Language, value_histogram

__all__ = ["Language", "validity_report"]

_WORDS: Final[dict[str, dict[Language, str]]] = {
    "title": {"ko": "데이터 유효성 보고서", "en": "Data validity report"},
    "passes": {"ko": "학습에 쓸 수 있는 엔드포인트", "en": "Endpoints that may be trained on"},
    "none": {"ko": "없음: 막는 문제가 있습니다", "en": "none: a finding blocks each of them"},
    "facts": {
        "ko": "{rows:,}행 → 분자 {molecules:,}개 · 따로 둔 것 {aside:,}개",
        "en": "{rows:,} rows → {molecules:,} molecules · {aside:,} kept aside",
    },
    "findings": {"ko": "발견한 문제", "en": "Findings"},
    "clean": {"ko": "발견한 문제가 없습니다.", "en": "Nothing was found."},
    "why": {"ko": "왜 중요한가", "en": "Why it matters"},
    "fix": {"ko": "해결 방법", "en": "What to do"},
    "at": {"ko": "해당 행", "en": "Rows"},
    "more": {"ko": "외", "en": "and more:"},
    "row": {"ko": "행", "en": "row"},
    "offered": {"ko": "고칠 수 있습니다", "en": "Can be corrected"},
    "how": {
        "ko": "먼저 보여 주며 언제든 되돌릴 수 있습니다:",
        "en": "shown first, and undone at will:",
    },
    "private": {
        "ko": "이 화면에는 구조와 값이 있습니다. 이 컴퓨터 밖으로 내보내지 마세요.",
        "en": "This page shows structures and values. Keep it on this machine.",
    },
    "certificate": {"ko": "인증서", "en": "Certificate"},
    "dataset": {"ko": "데이터셋", "en": "Dataset"},
    "pipeline": {"ko": "파이프라인", "en": "Pipeline"},
    "reference": {"ko": "기준 집합 해시", "en": "Reference hash"},
    "catalogue": {"ko": "카탈로그", "en": "Catalogue"},
    "values": {"ko": "값의 분포", "en": "Values"},
    "range": {"ko": "음영: 믿을 만한 범위", "en": "shaded: the credible range"},
    "block": {"ko": "차단", "en": "block"},
    "warn": {"ko": "주의", "en": "warn"},
    "note": {"ko": "참고", "en": "note"},
}
_SHAPES: Final = {Severity.BLOCK: "■", Severity.WARN: "▲", Severity.NOTE: "●"}
_ROWS_SHOWN: Final = 30

_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b2626;--soft:#5a6765;--line:#d9e0df;--paper:#f6f8f8;
--card:#fff;--bar:#0f9d92;--range:#0f9d9222;--block:#c0334a;--warn:#8a5a00;--note:#2f7ebc}
@media(prefers-color-scheme:dark){:root{--ink:#e6eceb;--soft:#93a3a3;--line:#2b3536;
--paper:#0e1314;--card:#151b1c;--range:#37a89f33;--block:#f08a97;--warn:#f0a94a;--note:#7db8ea}
}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.6 Pretendard,system-ui,sans-serif;word-break:keep-all;overflow-wrap:anywhere}
main{max-width:860px;margin:0 auto;padding:32px 16px 64px}
h1{font-size:26px;margin:0 0 4px}
h2{font-size:18px;margin:32px 0 12px}
h3{font-size:15px;margin:0}
.soft{color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px;
margin:0 0 12px}
.block{color:var(--block)}
.warn{color:var(--warn)}
.note{color:var(--note)}
dl{margin:8px 0 0;display:grid;grid-template-columns:max-content 1fr;gap:4px 16px}
dt{color:var(--soft)}
dd{margin:0}
@media(max-width:480px){dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 6px}
.mols{grid-template-columns:1fr 1fr}}
svg{width:100%;height:auto}
.values{height:120px}
.others{fill:none;stroke:var(--ink);stroke-width:1.5}
.axis{position:relative;height:20px;color:var(--soft);font-size:12px}
.axis span{position:absolute;transform:translateX(-50%)}
.axis span:first-child{transform:none}
.axis span:last-child{transform:translateX(-100%)}
.mols{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:8px;
margin:12px 0 0}
.mols figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:6px;
text-align:center}
.mols figcaption{color:var(--soft);font-size:12px}
.fix{margin:10px 0 0;padding:8px 12px;border-left:3px solid var(--bar);background:var(--paper)}
code{font:12px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
"""


def validity_report(view: DataView, certificate: ValidityCertificate, findings: tuple[Finding, ...],
                    language: Language, *, structures: bool = True) -> str:  # fmt: skip
    """The report of one table.

    Args:
        view: What the checks saw.
        certificate: What they led to.
        findings: What they found.
        language: Of all texts.
        structures: Whether molecules of findings are drawn. Without them the page holds row
            numbers and values only.
    """
    admitted = ", ".join(certificate.admitted_endpoints) or _word("none", language)
    facts = _word("facts", language).format(
        rows=view.table.written, molecules=len(view.dataset), aside=len(view.rejections)
    )
    cards = "".join(_finding(finding, view, language, structures) for finding in findings)
    known = view.consortium.histograms
    plots = "".join(
        value_histogram(column, language, known.get(column.endpoint.id))
        for column in view.columns()
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_word('title', language)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{_word('title', language)}</h1>"
        f'<p class="soft">{escape(view.table.name)} · {facts}</p>'
        f'<div class="card"><b>{_word("passes", language)}</b><br>{escape(admitted)}</div>'
        f"{_warning(language) if structures else ''}"
        f"<h2>{_word('findings', language)} ({len(findings)})</h2>"
        f"{cards or _word('clean', language)}"
        f'<h2>{_word("values", language)} <span class="soft">{_word("range", language)}</span></h2>'
        f"{plots}{_certificate(certificate, language)}</main></body></html>\n"
    )


def _word(name: str, language: Language) -> str:
    return _WORDS[name][language]


def _warning(language: Language) -> str:
    return f'<p class="soft">{_word("private", language)}</p>'


def _certificate(certificate: ValidityCertificate, language: Language) -> str:
    facts = {
        "dataset": certificate.dataset,
        "pipeline": certificate.pipeline,
        "reference": certificate.reference,
        "catalogue": certificate.catalogue_version,
    }
    rows = "".join(
        f"<dt>{_word(name, language)}</dt><dd><code>{escape(value)}</code></dd>"
        for name, value in facts.items()
    )
    title = _word("certificate", language)
    return f'<h2>{title}</h2><div class="card"><dl>{rows}</dl></div>'


def _molecules(finding: Finding, view: DataView, language: Language) -> str:
    figures = "".join(
        f"<figure>{one.svg}<figcaption>{_word('row', language)} {escape(view.table.place(one.row))}"
        f"{f' · {escape(one.value)}' if one.value else ''}</figcaption></figure>"
        for one in drawings(finding, view)
    )
    return f'<div class="mols">{figures}</div>' if figures else ""


def _correction(finding: Finding, view: DataView, language: Language) -> str:
    if suggest(finding, view) is None:
        return ""
    named = f"{finding.code}:{finding.endpoint}" if finding.endpoint else finding.code
    return (
        f'<div class="fix"><b>{_word("offered", language)}</b> '
        f"{_word('how', language)} <code>fdd data fix … --finding {escape(named)}</code></div>"
    )


def _finding(finding: Finding, view: DataView, language: Language, structures: bool) -> str:
    text = worded(finding, language)
    shown = ", ".join(escape(view.table.place(row)) for row in finding.rows[:_ROWS_SHOWN])
    if len(finding.rows) > _ROWS_SHOWN:
        shown += f" … {_word('more', language)} {len(finding.rows) - _ROWS_SHOWN:,}"
    where = " · ".join(part for part in (finding.endpoint, finding.column) if part)
    rows = f"<dt>{_word('at', language)}</dt><dd>{shown}</dd>" if shown else ""
    level = finding.severity.value
    return (
        f'<div class="card"><h3><span class="{level}">{_SHAPES[finding.severity]} '
        f"{_word(level, language)}</span> {escape(text.title)}</h3>"
        f'<span class="soft">{escape(where)}</span><dl>'
        f"<dt>{_word('why', language)}</dt><dd>{escape(text.why)}</dd>"
        f"<dt>{_word('fix', language)}</dt><dd>{escape(text.fix)}</dd>{rows}</dl>"
        f"{_correction(finding, view, language)}"
        f"{_molecules(finding, view, language) if structures else ''}</div>"
    )
