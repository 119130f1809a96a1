"""``fdd-client doctor``: what works on this machine, and what to do about the rest."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fdd.core.errors import FddError
from fdd.language import said, told
from fdd.protocol.signing import TOLERANCE_SECONDS
from fdd_client.journal import Journal
from fdd_client.link import Link, Transport
from fdd_client.main.refusals import refusal
from fdd_client.policy import load_policy
from fdd_client.roster import PinnedRoster
from fdd_client.sandbox import available, choose
from fdd_client.settings import SiteFolder, load_settings, next_key, refused_key
from fdd_client.vault.vault import Vault

__all__ = ["Finding", "examine"]

_LEAST_DISK_MIB = 2048
_NO_DISK_MIB = 64


@dataclass(frozen=True)
class Finding:
    """One examined thing; ``hint`` says what to do when it is not in order, and ``error`` is what
    was met."""

    check: str
    state: Literal["ok", "warning", "error"]
    detail: str
    hint: str = ""
    error: FddError | None = None

    def line(self) -> str:
        """The finding for a person."""
        mark = {"ok": "✓", "warning": "!", "error": "✗"}[self.state]
        detail, hint = told(self.detail), told(self.hint)
        if self.error is not None:
            detail, hint = said(self.error)
            detail = f"{detail} [{self.error.code}]"
        return f"{mark} {told(self.check)}: {detail}{f' → {hint}' if hint else ''}"


def examine(folder: SiteFolder) -> list[Finding]:
    """Examine everything that a site needs, one finding each."""
    checks: tuple[tuple[str, Callable[[SiteFolder], Finding]], ...] = (
        ("key", _key),
        ("settings", _settings),
        ("hub", _hub),
        ("roster", _roster),
        ("sandbox", _sandbox),
        ("policy", _policy),
        ("data", _data),
        ("journal", _journal),
        ("disk", _disk),
    )
    found = []
    for name, check in checks:
        try:
            found.append(check(folder))
        except FddError as error:
            finding = Finding(name, "error", str(error), error.hint, error)
            same = next((f for f in found if f.detail == finding.detail), None)
            if same is not None:  # one trouble, told once
                finding = Finding(name, "error", "not examined", f"Mend this first: {same.check}")
            found.append(finding)
    return found


def _key(folder: SiteFolder) -> Finding:
    identity = folder.identity()
    words = " ".join(folder.signing_key().public.words())
    detail, refused = f"{identity.site_id} · {words}", refused_key(folder)
    if refused is not None:
        return Finding("key", "warning", f"{detail} · a new key was refused", refusal(refused))
    if next_key(folder) is not None:
        hint = "It is used as soon as the hub, and the roster if there is one, takes it"
        return Finding("key", "warning", f"{detail} · a new key waits", hint)
    return Finding("key", "ok", detail)


def _settings(folder: SiteFolder) -> Finding:
    load_settings(folder.root)
    return Finding("settings", "ok", str(folder.settings))


def _hub(folder: SiteFolder) -> Finding:
    identity = folder.identity()
    transport = Transport(load_settings(folder.root), folder)
    try:
        hello = Link(transport, folder.signing_key(), identity.site_id).hello()
    finally:
        transport.close()
    offset = abs(hello.time - time.time())
    if offset > TOLERANCE_SECONDS:
        return Finding(
            "hub", "error", f"The clocks differ by {offset:.0f} s", "Set this clock (NTP)"
        )
    way = f" · through {transport.proxy.url}" if transport.proxy is not None else ""
    return Finding("hub", "ok", f"{transport.origin}{way} · release {hello.server_version}")


def _roster(folder: SiteFolder) -> Finding:
    settings, identity = load_settings(folder.root), folder.identity()
    pinned = PinnedRoster(folder, settings.roster_words.split())
    transport = Transport(settings, folder)
    try:
        link = Link(transport, folder.signing_key(), identity.site_id)
        link.hello()
        pinned.accept(link.roster(pinned.version))
    finally:
        transport.close()
    if pinned.current is None:
        return Finding("roster", "ok", "none: the hub alone says who takes part")
    words = f"version {pinned.version} · {' '.join(pinned.words())}"
    if not pinned.current.admits(identity.site_id, folder.signing_key().public.hex):
        return Finding(
            "roster",
            "warning",
            f"{words} · this site is not listed",
            "Ask the administrator",
        )
    return Finding("roster", "ok", words)


def _sandbox(folder: SiteFolder) -> Finding:
    policy = load_policy(folder)
    level = choose(policy.weakest_sandbox, load_settings(folder.root).sandbox)
    return Finding("sandbox", "ok", f"level {level}; works here: {', '.join(available())}")


def _policy(folder: SiteFolder) -> Finding:
    policy = load_policy(folder)
    if not policy.projects:
        return Finding(
            "policy", "warning", "Nothing is allowed yet", "Write one: fdd-client policy set FILE"
        )
    return Finding("policy", "ok", ", ".join(sorted(policy.projects)))


def _data(folder: SiteFolder) -> Finding:
    entries, damaged = Vault(folder).verified()
    if damaged:
        details = "; ".join(error.detail for error in damaged)
        return Finding("data", "error", details, damaged[0].hint)
    passing = [entry.name for entry in entries if entry.certificate.passes]
    if not passing:
        return Finding(
            "data", "warning", "No certified dataset", "Import one: fdd-client data add FILE"
        )
    return Finding("data", "ok", ", ".join(passing))


def _journal(folder: SiteFolder) -> Finding:
    return Finding("journal", "ok", f"{Journal(folder.journal).verify()} entries, chain intact")


def _disk(folder: SiteFolder) -> Finding:
    free = shutil.disk_usage(folder.root).free >> 20
    if free < _NO_DISK_MIB:
        return Finding("disk", "error", f"{free} MiB free", "Free some space on this disk")
    if free < _LEAST_DISK_MIB:
        return Finding("disk", "warning", f"{free} MiB free", "Free some space on this disk")
    return Finding("disk", "ok", f"{free} MiB free")
