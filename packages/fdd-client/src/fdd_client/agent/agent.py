"""The agent's loop: connect, decide, lease, work; wait longer after each failure, never give up."""

from __future__ import annotations

import os
import random
import threading
from typing import Final

import structlog

from fdd.core.errors import FddError
from fdd.protocol.errors import ReplayError, UpdateRequiredError
from fdd.protocol.messages import Heartbeat, Lease, LeaseRequest
from fdd_client import __version__
from fdd_client.agent.capability import capability
from fdd_client.agent.card_sender import CardSender
from fdd_client.agent.certificates import Certificates
from fdd_client.agent.control import Control, read_control
from fdd_client.agent.decisions import Decider
from fdd_client.agent.membership import Membership
from fdd_client.agent.room import naming_a_full_disk
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.status import StatusFile
from fdd_client.agent.tasks import TaskRunner
from fdd_client.journal import Journal
from fdd_client.link import HubRefusedError, HubUnreachableError, Link, Transport
from fdd_client.settings import ClientSettings, SiteFolder
from fdd_client.vault.vault import Vault

__all__ = ["Agent"]

_log = structlog.get_logger()
_LONGEST_WAIT: Final = 30.0
_EAGER_TRIES: Final = 60
"""How often a hub that cannot be reached is tried, two or three times a second: it may just start
again."""
_LAST_BEAT: Final = 1.0
"""Seconds that a heartbeat on its way gets when the agent stops."""


class Agent:
    """One site at work.

    Args:
        folder: The site.
        settings: Its settings.
    """

    def __init__(self, folder: SiteFolder, settings: ClientSettings) -> None:
        identity = folder.identity()
        self._folder = folder
        self._settings = settings
        self._transport = Transport(settings, folder)
        self._link = Link(self._transport, folder.signing_key(), identity.site_id)
        self._vault = Vault(folder)
        journal = Journal(folder.journal)
        self._certificates = Certificates(self._vault, journal)
        self._cards = CardSender(folder, self._link, journal)
        self._membership = Membership(folder, settings, self._link, journal)
        self._status = StatusFile(folder)
        self._decider = Decider(folder, self._link, self._vault, journal)
        self._runner = TaskRunner(
            folder, settings, self._link, self._vault, journal, self._status, self._membership
        )
        self._stopping = threading.Event()
        self._deciding = threading.Lock()
        self._revision: str | None = None
        self._line: tuple[float, float] | None = None
        self._wishes = Control()
        self._status.update(state="starting", hub=self._transport.origin)

    def run(self) -> None:
        """Work until ``stop`` or a ``KeyboardInterrupt``.

        An interrupt may cut anything short, a long poll above all: whatever is kept was kept before
        it was sent, and goes on after the next start. Every other trouble at this site is waited
        out, with its reason in the status.

        Raises:
            UpdateRequiredError: if this release is too old for the hub.
            HubRefusedError: if this site was revoked.
        """
        beats = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        beats.start()
        failures = 0
        _log.info(
            "started",
            site=self._folder.identity().site_id,
            hub=self._transport.origin,
            version=__version__,
            process=os.getpid(),
        )
        try:
            while not self._stopping.is_set():
                try:
                    with naming_a_full_disk():
                        self._turn()
                    failures = 0
                except FddError as error:
                    failures += 1
                    self._explain(error, failures)
                    self._stopping.wait(self._pause(error, failures))
        except KeyboardInterrupt:
            _log.info("interrupted")
        finally:
            self._stopping.set()
            self._runner.stop()
            beats.join(timeout=_LAST_BEAT)
            self._transport.close()
            self._status.update(state="stopped", task=None)
            _log.info("stopped", process=os.getpid())

    def stop(self) -> None:
        """Ask the agent to end after its present request."""
        self._stopping.set()
        self._runner.wanted.clear()

    def _turn(self) -> None:
        if not self._status.current.hub_reachable:
            self._link.hello()
            self._status.update(hub_reachable=True)
            _log.info("hub_reached", hub=self._status.current.hub)
        if read_control(self._folder).paused:
            self._status.update(state="paused", why="paused_by_site", task=None)
            self._stopping.wait(1.0)
            return
        refused = self._membership.refused
        if refused is not None or self._status.current.cordoned is not None:
            why = "roster_refused" if refused is not None else "cordoned"
            self._status.update(state="idle", why=why, task=None)
            self._stopping.wait(1.0)
            return
        if read_control(self._folder) != self._wishes:
            self._decide()  # the hub learns of a withdrawal before it hands out more of that run
        self._status.update(state="idle", task=None)
        lease = self._link.lease(
            LeaseRequest(
                wait_seconds=self._settings.poll_seconds,
                certificates=self._certificates.outgoing(),
            )
        )
        if lease is None or self._stopping.is_set() or read_control(self._folder).paused:
            return  # a lease that is dropped is handed out anew
        if self._undecided(lease):
            self._status.update(why="needs_decision")
            self._stopping.wait(1.0)
            return
        self._runner.carry_out(lease)

    def _undecided(self, lease: Lease) -> bool:
        """Whether a task is of a run that this site knows nothing of, and cannot approve by itself.

        So it is after a restore from a backup older than the approval. An answer would end the run
        for everybody; a person may still decide before the deadline.
        """
        run = RunFolder(self._folder, lease.task.key.run_id)
        if run.approval() is not None:
            return False
        self._decide()
        return run.approval() is None

    def _beat(self) -> None:
        news, measured = True, False
        while not self._stopping.is_set():
            try:
                with naming_a_full_disk():
                    self._beat_once(news)
                    news = False
                    self._cards.settle()
                if not measured:  # after the first sign of life, which must not wait for it
                    measured = True
                    self._line = self._link.measure()
                    news = self._line is not None
            except (HubUnreachableError, HubRefusedError) as error:
                _log.debug("heartbeat_failed", code=error.code)  # the loop meets the same and tells
            except FddError as error:
                _log.warning("decision_failed", code=error.code)
                if self._status.current.state == "idle":
                    self._status.update(why=_why(error))
            self._stopping.wait(self._settings.heartbeat_seconds)

    def _beat_once(self, with_capability: bool) -> None:
        current = self._status.current
        states = {"working": "working", "sending": "sending", "paused": "paused"}
        profile = capability(self._folder, self._line) if with_capability else None
        beat = Heartbeat.model_validate(
            {
                "state": states.get(current.state, "idle"),
                "task": current.task,
                "progress": current.progress,
                "client_version": __version__,
                "protocol": self._transport.protocol,
                "sandbox_level": current.sandbox_level,
                "capability": profile,
            }
        )
        reply = self._link.heartbeat(beat)
        self._status.update(cordoned=reply.cordoned)
        self._membership.follow(reply.roster)
        self._membership.settle_key()  # not in the loop, where a long poll may hold it up
        if current.state == "working" and current.task is not None and not reply.task_open:
            self._runner.wanted.clear()
        wishes = read_control(self._folder)
        if current.task is not None and current.task.run_id in wishes.aborted:
            self._runner.wanted.clear()
        known = reply.runs_revision and reply.runs_revision == self._revision
        if known and wishes == self._wishes:
            return
        waits = self._decide()
        self._revision = reply.runs_revision if waits is None else None
        if current.state == "idle":
            self._status.update(why=waits, waits=dict(self._decider.waits))

    def _decide(self) -> str | None:
        """Decide about proposed runs; one thread at a time, so that nothing is told twice."""
        with self._deciding:
            wishes = read_control(self._folder)
            waits = self._decider.look()
            self._wishes = wishes
            return waits

    def _explain(self, error: FddError, failures: int) -> None:
        if isinstance(error, HubUnreachableError):
            self._status.update(
                state="unreachable", why=f"hub_{error.params['cause']}", hub_reachable=False
            )
        elif isinstance(error, UpdateRequiredError) or _refused_with(error, 426):
            self._status.update(state="stopped", why="update_required")
            raise UpdateRequiredError(error.detail, hint=error.hint)
        elif isinstance(error, HubRefusedError) and error.unlisted:
            self._status.update(state="idle", why="not_in_roster")
        elif _unwelcome(error):
            if self._membership.recover():
                return
            self._status.update(state="stopped", why="not_recognised")
            raise error
        else:
            self._status.update(state="idle", why=_why(error))
        if failures & (failures - 1) == 0:  # the 1st, 2nd, 4th, 8th, … in a row
            _log.warning("turn_failed", code=error.code, params=error.params, in_a_row=failures)

    def _pause(self, error: FddError, failures: int) -> float:
        """Seconds to wait: what the hub asks for, else longer each time, never in step."""
        asked = error.params.get("retry_after")
        if isinstance(asked, int) and asked > 0:
            return float(asked)
        if isinstance(error, HubUnreachableError):
            failures = max(failures - _EAGER_TRIES, min(failures, 1))
        longest = min(_LONGEST_WAIT, 0.25 * 2 ** min(failures, 10))
        return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, no secret


def _why(error: FddError) -> str:
    return str(error.params.get("problem") or error.code)


def _unwelcome(error: FddError) -> bool:
    """Whether the hub, and not something between, refuses this site as such.

    A clock that is off is no reason to stop: it may be set.
    """
    if not isinstance(error, HubRefusedError) or error.http_status not in {401, 403}:
        return False
    return error.problem_code not in {"", ReplayError.code}


def _refused_with(error: FddError, status: int) -> bool:
    return isinstance(error, HubRefusedError) and error.http_status == status
