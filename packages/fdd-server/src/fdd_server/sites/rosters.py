"""The chain of rosters as this hub keeps it. The hub checks and hands out; it can sign none."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Final

from fdd.core.errors import InvalidInputError
from fdd.core.ids import SiteId
from fdd.protocol.errors import RosterError
from fdd.protocol.messages import RosterVersions
from fdd.protocol.roster import (
    FOUNDING,
    Member,
    Roster,
    RosterSite,
    SignedRoster,
    merged,
    next_version,
    unsigned,
)
from fdd_server.audit import AuditLog
from fdd_server.kernel import Clock, ServerSettings, UnitOfWork, utc
from fdd_server.kernel.messages import validated
from fdd_server.sites import repository
from fdd_server.sites.errors import RosterConflictError, UnknownInstitutionError
from fdd_server.sites.events import RosterPublished
from fdd_server.sites.models import RosterRow
from fdd_server.sites.schemas import RosterView
from fdd_server.sites.views import Standing, roster_view

__all__ = ["RosterBook"]

_MOST_KEYS: Final = 2


class RosterBook:
    """Keeps versions of the roster. The chain is checked once and then known by its last digest."""

    def __init__(self, settings: ServerSettings, clock: Clock, audit: AuditLog) -> None:
        self._consortium = settings.consortium.name_en
        self._clock = clock
        self._audit = audit
        self._lock = threading.Lock()
        self._known: tuple[tuple[int, str], Standing] | None = None

    def standing(self, work: UnitOfWork) -> Standing:
        """What the stored chain is worth."""
        last = repository.last_roster(work)
        if last is None:
            return Standing("none", None)
        with self._lock:
            known = self._known
        if known is not None and known[0] == last:
            return known[1]
        found = self._checked(work, last)
        with self._lock:
            self._known = (last, found)
        return found

    def admits(self, work: UnitOfWork, site_id: SiteId, *keys: str) -> bool:
        """See ``Standing``."""
        return self.standing(work).admits(site_id, *keys)

    def versions(self, work: UnitOfWork, after: int = 0) -> RosterVersions:
        """The stored versions above ``after``, as they were signed."""
        found = repository.rosters(work, after)
        items = tuple(SignedRoster.model_validate_json(row.document) for row in found)
        return RosterVersions(items=items)

    def draft(
        self,
        work: UnitOfWork,
        *,
        threshold: int | None = None,
        members: Mapping[str, str] | None = None,
        without: Sequence[str] = (),
    ) -> SignedRoster:
        """The next version with the sites that have joined, for the members to sign.

        Args:
            work: The transaction.
            threshold: How many must sign the version after it; None: as before, or a majority.
            members: Offline public keys by institution, for members that are new or change theirs.
            without: Members that end.

        Raises:
            RosterConflictError: if the stored chain is broken.
            UnknownInstitutionError: if a member is no institution of this hub.
            InvalidInputError: if nobody would be a member, or a key is used twice.
        """
        state, before = self.standing(work)
        if state == "broken":
            raise _broken()
        kept = {m.institution: m for m in (before.members if before is not None else ())}
        for institution, key in (members or {}).items():
            row = repository.institution(work, institution)
            if row is None:
                raise UnknownInstitutionError(hint="List all: fdd-server admin institution list")
            values = {"name_ko": row.name_ko, "name_en": row.name_en, "key": key}
            kept[institution] = validated(Member, {"institution": institution, **values})
        for institution in without:
            kept.pop(institution, None)
        if not kept:
            raise InvalidInputError("A roster needs members", hint="Add them: --member ID=KEY")
        usual = before.threshold if before is not None else len(kept) // 2 + 1
        return unsigned(
            validated(
                Roster,
                {
                    "consortium": self._consortium,
                    "version": before.version + 1 if before is not None else 1,
                    "previous": before.digest() if before is not None else FOUNDING,
                    "threshold": threshold or min(usual, len(kept)),
                    "members": tuple(kept[name] for name in sorted(kept)),
                    "sites": self._sites(work, kept),
                    "made_at": self._clock(),
                },
            )
        )

    def publish(self, work: UnitOfWork, actor: str, documents: Sequence[SignedRoster]) -> Roster:
        """Put the next version in force, once enough members have signed it.

        Args:
            work: The transaction.
            actor: Who hands it in.
            documents: Copies of one version, each with some of the signatures.

        Raises:
            RosterError: if it does not follow the version in force, or signatures are missing.
            RosterConflictError: if the stored chain is broken.
        """
        work.serialise("roster")
        state, before = self.standing(work)
        if state == "broken":
            raise _broken()
        signed = merged(documents)
        roster = next_version(before, signed)
        if roster.consortium != self._consortium:
            raise RosterError("The roster is another consortium's")
        work.session.add(
            RosterRow(
                version=roster.version,
                digest=roster.digest(),
                document=signed.model_dump_json(),
                published_at=utc(self._clock()),
            )
        )
        work.session.flush()
        self._audit.record(
            work,
            actor=actor,
            action="roster.published",
            subject=str(roster.version),
            digest=roster.digest(),
            members=len(roster.members),
            sites=len(roster.sites),
            threshold=roster.threshold,
        )
        work.emit(RosterPublished(before, roster))
        return roster

    def view(self, work: UnitOfWork) -> RosterView:
        """The roster as the interface shows it."""
        standing = self.standing(work)
        roster, keys = standing.roster, repository.keys_by_site(work, self._clock())
        unlisted = [
            row.id
            for row in repository.sites(work)
            if row.revoked_at is None
            and roster is not None
            and not any(roster.admits(row.id, key) for key in keys.get(row.id, ()))
        ]
        return roster_view(standing, repository.rosters(work), unlisted)

    def _sites(self, work: UnitOfWork, members: Mapping[str, Member]) -> tuple[RosterSite, ...]:
        keys = repository.keys_by_site(work, self._clock())
        return tuple(
            RosterSite(site=row.id, institution=row.institution_id, keys=keys[row.id][-_MOST_KEYS:])
            for row in repository.sites(work)
            if row.revoked_at is None and row.institution_id in members and row.id in keys
        )

    def _checked(self, work: UnitOfWork, last: tuple[int, str]) -> Standing:
        roster: Roster | None = None
        try:
            for signed in self.versions(work).items:
                roster = next_version(roster, signed)
        except (RosterError, ValueError):
            return Standing("broken", None)
        if roster is None or (roster.version, roster.digest()) != last:
            return Standing("broken", None)
        return Standing("in_force", roster)


def _broken() -> RosterConflictError:
    return RosterConflictError(
        "The stored chain of rosters does not hold",
        hint="Somebody changed the database: restore it from a backup and find out who",
    )
