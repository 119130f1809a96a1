"""``fdd-client status``: what happens, why it waits, what comes next, what left last."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from fdd.language import speaking, told
from fdd_client.agent.status import Situation, situation
from fdd_client.journal import Entry, Journal
from fdd_client.main.output import emit, say
from fdd_client.main.refusals import refusal
from fdd_client.settings import SiteFolder, refused_key

__all__ = ["PROBLEMS", "REASONS", "show"]

REASONS: Final[Mapping[str, str]] = {
    "agent_not_running": "no agent works in this folder",
    "disk_full": "the disk of this site is full: free some space, and the agent goes on by itself",
    "pauses_after_task": "this site was told to pause, and does when this task is done",
    "paused_by_site": "this site was told to pause",
    "needs_decision": "a run waits for a person here: fdd-client console, or fdd-client approve",
    "needs_dataset": "no valid dataset here fits the run: fdd-client data check",
    "reference_mismatch": "preprocessing here does not reproduce the consortium's reference set: "
    "fdd-client data pipeline",
    "reference_mismatch_standardize": "parents differ from those of the consortium's pipeline: "
    "install its release",
    "reference_mismatch_identity": "keys of molecules differ from those of the consortium's "
    "pipeline: install its release",
    "reference_mismatch_splits": "scaffolds and folds differ from those of the consortium's "
    "pipeline: install its release",
    "reference_mismatch_features": "features differ from those of the consortium's pipeline: "
    "install its release",
    "not_recognised": "the hub does not recognise this site's key: ask its administrator",
    "not_in_roster": "the members have not signed a roster with this site's key yet: ask the "
    "administrator",
    "cohort_not_in_roster": "the hub named a site that no roster lists: tell the security officer",
    "roster_refused": "the hub's roster is not what the members signed before: fdd-client doctor, "
    "and tell the security officer",
    "awaits_others": "a run that this site approved waits for other sites; the hub hands out the "
    "next task by itself",
    "cordoned": "the administrator gives this site no new task for now",
    "update_required": "this release is too old for the hub: install the newer one",
    "hub_dns": "the hub's name does not resolve: check server_url, and the proxy",
    "hub_refused": "the hub is not running, or a firewall refuses",
    "hub_timeout": "the hub does not answer in time",
    "hub_tls": "the hub's certificate is not the pinned one: tell the security officer",
    "hub_proxy": "the proxy does not let the connection through: check proxy_url",
    "hub_relay": "the way to the hub through FLARE is interrupted: fdd-client doctor",
    "hub_reset": "the connection broke; it is tried again",
}
"""What a code of the agent means, and what to do about it."""

_AGAIN: Final = "it is asked again by itself, and nothing is lost; if it lasts, tell its operator"
PROBLEMS: Final[Mapping[str, str]] = {
    "FDD-1103": "the clocks of this machine and of the hub differ: set this clock (NTP)",
    "FDD-1201": f"the disk of the hub is full; {_AGAIN}",
    "FDD-1202": f"the hub's store of models is away; {_AGAIN}",
    "FDD-2001": f"the hub's database is away; {_AGAIN}",
    "FDD-2010": "the hub met too many attempts from this address; it is asked again by itself",
    "FDD-2011": f"the hub met a fault of its own; {_AGAIN}",
    "FDD-3003": "a file of this folder cannot be read or written: fdd-client doctor",
    "FDD-3102": "what answers is not the hub, but a proxy or another service: fdd-client doctor",
    "FDD-3301": "the journal cannot be written, so nothing is sent: fdd-client doctor",
    "FDD-3402": "training failed here and is tried again: see the log of the agent",
}
"""What the code of an error means to the site that waits because of it."""

_NEXT: Final[Mapping[str, str]] = {
    "start_agent": "start it with fdd-client run",
    "resume_agent": "go on with fdd-client resume",
    "send_answer": "the answer is written down and sent",
    "ask_for_work": "the hub is asked for work",
    "ask_again": "the hub is asked again by itself, at least every half minute",
}


def show(folder: SiteFolder, as_json: bool) -> None:
    """Print the site's situation.

    Raises:
        NotJoinedError: if the folder belongs to no site.
        JournalError: if the journal is damaged.
    """
    identity = folder.identity()
    found = situation(folder)
    last = _last(folder)
    refused = refused_key(folder)
    emit(
        as_json,
        {
            "site_id": identity.site_id,
            "site_name": identity.site_name,
            "running": found.alive,
            "state": found.state,
            "paused": found.paused,
            "why": found.why,
            "next": found.next,
            "key_refused": refused.code if refused is not None else None,
            "last_sent": last.model_dump(mode="json") if last else None,
            "status": found.status.model_dump(mode="json") if found.status else None,
        },
    )
    if as_json:
        return
    say(f"{identity.site_name} ({identity.site_id}) in {identity.consortium}")
    say(f"now:   {_now(found)}")
    if found.why:
        say(f"why:   {_why(found.why)}")
    if found.status is not None and found.status.cordoned is not None:
        say(f"       the administrator says: {found.status.cordoned}")
    if found.paused and not found.alive:
        say("       and it was told to pause: it takes no task before fdd-client resume")
    if found.next:
        say(f"next:  {told(_NEXT.get(found.next, found.next))}")
    if refused is not None:
        say(f"key:   a new one was refused: {told(refusal(refused))}")
    say(f"sent:  {_sent(last) if last else told('nothing has left this site')}")


def _why(code: str) -> str:
    if code.startswith("FDD-"):
        what = told(PROBLEMS.get(code, "fdd-client doctor examines this site"))
        return f"{what} ({code}, docs/reference/errors/{speaking()}/{code}.md)"
    return told(REASONS.get(code, code))


def _now(found: Situation) -> str:
    task = found.status.task if found.status is not None and found.alive else None
    if task is None or found.status is None:
        return told(found.state)
    return f"{told(found.state)} · {task} · {found.status.progress:.0%}"


def _last(folder: SiteFolder) -> Entry | None:
    last = None
    for entry in Journal(folder.journal).entries():
        last = entry
    return last


def _sent(entry: Entry) -> str:
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.time))
    what: list[str] = [entry.kind]
    if entry.run_id:
        what.append(entry.run_id)
    if entry.round:
        what.append(told(f"round {entry.round}"))
    size = f"{entry.bytes / 1024:.1f} KiB"
    return f"{' · '.join(what)} · {size} → {entry.recipient} · {at} (fdd-client journal list)"
