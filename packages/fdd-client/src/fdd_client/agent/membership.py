"""This site's place in the consortium: its next key, the roster, the line to the hub."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import structlog
from blake3 import blake3

from fdd.core.ids import SiteId
from fdd.protocol.errors import UpdateRequiredError
from fdd.protocol.messages import KeyOffer
from fdd.protocol.statements import sign_statement
from fdd_client.journal import Journal
from fdd_client.link import HubRefusedError, Link
from fdd_client.roster import PinnedRoster, RosterRefusedError
from fdd_client.settings import ClientSettings, SiteFolder, drop_key, next_key, turn_key
from fdd_client.vault.renewing import renew_certificates

__all__ = ["Membership"]

_log = structlog.get_logger()


class Membership:
    """Follows the roster, and changes the key of this site.

    Args:
        folder: The site.
        settings: Whose ``roster_words`` the founding roster must have.
        link: The connection to the hub.
        journal: Written before a new key is offered.

    Raises:
        RosterRefusedError: if the pinned roster is damaged.
    """

    def __init__(
        self, folder: SiteFolder, settings: ClientSettings, link: Link, journal: Journal
    ) -> None:
        self._folder = folder
        self._link = link
        self._journal = journal
        self._site = folder.identity().site_id
        self._certify_anew()
        self._roster = PinnedRoster(folder, settings.roster_words.split())
        self._following = threading.Lock()
        self._turning = threading.Lock()
        self._offered: str | None = None
        self.refused: RosterRefusedError | None = None
        """Why the hub's roster is not taken; this site does no work until that is over."""

    def follow(self, announced: int) -> None:
        """Take the versions of the roster that this site does not know yet.

        A hub that shows fewer versions than are known here changes nothing: what was signed once is
        only replaced by what was signed later.
        """
        with self._following:
            if announced <= self._roster.version and self.refused is None:
                return
            try:
                if self._roster.accept(self._link.roster(self._roster.version)):
                    _log.info("roster_followed", version=self._roster.version)
                self.refused = None
            except RosterRefusedError as error:
                self.refused = error
                _log.error("roster_refused", **error.params)

    def settle_key(self) -> bool:
        """Offer the next key, if there is one, and use it once it is in force; whether it is.

        Raises:
            HubUnreachableError: if the hub does not answer; the offer is repeated later.
        """
        following = next_key(self._folder)
        if following is None:
            return False
        public = following.public.hex
        offer = KeyOffer(site_id=self._site, public_key=public, offered_at=time.time())
        statement = sign_statement("key", offer, following, self._site)
        if self._offered != public:
            body = statement.payload.encode()
            self._journal.append(
                "registration", recipient="hub", size=len(body), digest=blake3(body).hexdigest()
            )
            self._offered = public
        try:
            reply = self._link.offer_key(statement)
        except (HubRefusedError, UpdateRequiredError) as error:
            if isinstance(error, HubRefusedError) and not _final(error):
                raise  # later, or after ``recover``
            code = error.problem_code if isinstance(error, HubRefusedError) else error.code
            drop_key(self._folder, code)
            _log.warning("key_not_taken", code=error.code, params=error.params)
            return False
        if reply.state != "in_force":
            return False
        self._turn(reply.old_until)
        return True

    def recover(self) -> bool:
        """Use the next key because the older one is accepted no more; whether there is one."""
        if next_key(self._folder) is None:
            return False
        self._turn()
        return True

    def refuses(self, cohort: Iterable[SiteId]) -> str | None:
        """Why this site may not work in a cohort, as a code; None when it may."""
        key = self._folder.signing_key().public.hex
        named = tuple(cohort)
        if self._roster.refuses(self._site, key, named) is not None:
            self.follow(self._roster.version + 1)  # the members may have signed another since
        if self.refused is not None:
            return "roster_refused"
        return self._roster.refuses(self._site, key, named)

    def _turn(self, old_until: float | None = None) -> None:
        with self._turning:
            if next_key(self._folder) is None:
                return  # the other thread was faster
            self._link.use_key(turn_key(self._folder, old_until))
            self._certify_anew()
        _log.info("key_turned")

    def _certify_anew(self) -> None:
        """With the key in force; at the start too, should a kill have come between."""
        identity, key = self._folder.identity(), self._folder.signing_key()
        renew_certificates(self._folder, identity, key)


def _final(error: HubRefusedError) -> bool:
    """Whether the hub, and not something between, refuses the key for good."""
    return bool(error.problem_code) and not error.transient and error.http_status != 401
