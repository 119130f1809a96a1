"""A site of the simulation: the client's own task runner, outbox and journal over a bad line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from blake3 import blake3

from fdd.core.errors import FddError
from fdd.core.spec import RunSpec
from fdd.data.certificate import ValidityCertificate
from fdd.protocol.blobs import CHUNK_BYTES, BlobManifest
from fdd.protocol.messages import (
    JoinReply,
    Lease,
    LeaseRequest,
    ReplyCommit,
    RosterVersions,
    RunReport,
    TaskKey,
)
from fdd.protocol.signing import SigningKey, sign_request
from fdd.protocol.statements import Approval, SignedStatement, sign_statement
from fdd.protocol.versions import CURRENT
from fdd.storage.blobs import read_blob
from fdd_client.agent import tasks
from fdd_client.agent.membership import Membership
from fdd_client.agent.runs import RunFolder
from fdd_client.agent.status import StatusFile
from fdd_client.journal.journal import JournalError
from fdd_client.link import HubRefusedError, HubUnreachableError
from fdd_client.policy.policy import Policy, ProjectRule, sign_policy
from fdd_client.settings import ClientSettings
from fdd_server.app.hub import Hub
from fdd_server.kernel.link import RequestHead
from tests.simulation.faults import FaultyFolder, FaultyJournal, HubDied, SiteDied
from tests.simulation.ledger import Law, Machine, hold

if TYPE_CHECKING:
    from tests.simulation.world import World

ENDPOINT = "lipophilicity.logd74"
T = TypeVar("T")


class Entry(NamedTuple):
    """What the runner asks of a dataset; there are no molecules in this world."""

    dataset: Path
    certificate: ValidityCertificate
    certificate_digest: str


class Opened(NamedTuple):
    """A dataset that was never sealed."""

    dataset: Path

    def close(self) -> None:
        """Nothing is held."""


class Shelf(NamedTuple):
    """A vault with one dataset."""

    entry: Entry

    def choose(self, _spec: RunSpec) -> Entry:
        return self.entry

    def reference(self, _featurizer: str, _opened: Opened) -> None:
        return None

    def open(self, entry: Entry, _purpose: str, *, featurizer: str) -> Opened:
        del featurizer
        return Opened(entry.dataset)


class Member(NamedTuple):
    """Who a site is: fixed from the day its machine has joined."""

    site_id: str
    number: int
    key: SigningKey
    certificate: ValidityCertificate
    signed: SignedStatement
    certificate_digest: str


class Site:
    """One member's process, which may be killed and started again."""

    def __init__(self, world: World, member: Member, root: Path) -> None:
        self.member = member
        self.skew = 0.0
        self.revoked = False
        self.unlisted = False
        self.replaced = False
        self.gone = False
        self._world = world
        self._dice = world.dice
        self._folder = FaultyFolder(root, world.dice)
        self._folder.create()
        self._folder.runs.mkdir()
        self._folder.key.write_bytes(member.key.private_bytes())
        self._folder.key.chmod(0o600)
        identity = JoinReply(
            site_id=member.site_id,
            site_name=member.site_id,
            institution_ko="기관",
            institution_en="Institution",
            consortium="simulated",
            hub_key="0" * 64,
            fold_key="0" * 64,
        )
        self._folder.identity_file.write_text(identity.model_dump_json())
        rule = ProjectRule(
            approve="automatic", endpoints=(ENDPOINT,), privacy_modes=("open",), minimum_sites=1
        )
        sign_policy(self._folder, Policy(projects={"demo": rule}, weakest_sandbox="none"))
        self._start()

    @property
    def out(self) -> bool:
        """Whether nobody may do what this machine asks for."""
        return self.revoked or self.unlisted or self.replaced

    def approve(self, run_id: str, spec: RunSpec) -> SignedStatement:
        """Keep and sign the site's approval."""
        approval = Approval(
            site_id=self.member.site_id,
            run_id=run_id,
            spec_digest=spec.digest(),
            decision="approved",
            reason="policy",
            policy_digest="3" * 64,
            certificate_digest=self.member.certificate_digest,
            decided_at=self._world.clock(),
            valid_until=4e9,
        )
        RunFolder(self._folder, run_id).keep_decision(spec, approval)
        return sign_statement("approval", approval, self.member.key, self.member.site_id)

    def turn(self) -> None:
        """Ask for a task and do it; what is raised ends the process or is tried again later."""
        if self.gone:
            return
        try:
            if self._world.rostered:
                self._membership.follow(self._line.announced())
                hold(self._membership.refused is None, Law.ROSTER)
            lease = self._line.lease()
            if lease is not None:
                self._runner.carry_out(lease)
        except SiteDied:
            self._start()
        except HubRefusedError as error:
            self.revoked = self.revoked or error.problem_code == "FDD-2204"
        except FddError:
            pass  # the agent waits and asks again

    def journal_is_intact(self) -> bool:
        """Whether the chain of what left holds."""
        journal = FaultyJournal(self._folder.journal, self._dice)
        try:
            journal.append("metrics", recipient="hub", size=0, digest="0" * 64)
            return journal.verify() > 0
        except JournalError:
            return False

    def _start(self) -> None:
        self._line = Line(self._world, self)
        journal = FaultyJournal(self._folder.journal, self._dice)
        self._membership = Membership(
            self._folder,
            ClientSettings(),
            self._line,  # type: ignore[arg-type]
            journal,
        )
        self._runner = tasks.TaskRunner(
            self._folder,
            ClientSettings(),
            self._line,  # type: ignore[arg-type]
            Shelf(  # type: ignore[arg-type]
                Entry(
                    self._folder.root,
                    self.member.certificate,
                    self.member.certificate_digest,
                )
            ),
            journal,
            Quiet(self._folder),
            self._membership,
        )


class Quiet(StatusFile):
    """A status that nobody reads."""

    def update(self, **changes: object) -> None:
        del changes


class Line:
    """What ``fdd_client.link.Link`` offers a runner, over a line that loses, delays and repeats.

    Every request is signed and admitted by the hub's own gate.
    """

    def __init__(self, world: World, site: Site) -> None:
        self._world = world
        self._dice = world.dice
        self._site = site
        self._id = site.member.site_id
        self._machine = Machine(self._id, site.member.key.public.hex)

    def announced(self) -> int:
        """The newest version of the roster, as an answer to a heartbeat says."""

        def serve(hub: Hub) -> int:
            with hub.database.read() as work:
                roster = hub.rosters.standing(work).roster
            return roster.version if roster is not None else 0

        return self._call("POST", "/heartbeat", b"", serve, unlisted=True)

    def roster(self, after: int) -> RosterVersions:
        def serve(hub: Hub) -> RosterVersions:
            with hub.database.read() as work:
                return hub.rosters.versions(work, after)

        return self._call("GET", "/roster", b"", serve, unlisted=True)

    def lease(self) -> Lease | None:
        asked = LeaseRequest(wait_seconds=0, certificates=(self._site.member.signed,))

        def serve(hub: Hub) -> Lease | None:
            hub.leases.receive(self._id, asked)
            return hub.leases.lease(self._id)

        return self._call("POST", "/leases", b"", serve)

    def fetch(self, manifest: BlobManifest, target: Path) -> None:
        data = self._call("GET", "/blobs", b"", lambda hub: read_blob(hub.store, manifest.id))
        target.write_bytes(data)

    def send(
        self,
        key: TaskKey,
        manifest: BlobManifest,
        source: Path,
        sent: Callable[[int], None],
        *,
        again: bool = True,
    ) -> None:
        stored = {}
        if again:
            stored = self._call(
                "GET", "/replies", b"", lambda hub: hub.replies.stored(self._id, key)
            ).chunks
        data = source.read_bytes()
        for index, offset, size in manifest.spans():
            if stored.get(index) != manifest.chunks[index]:
                self._put(key, index, data[offset : offset + size])
                sent(size)

    def commit(self, key: TaskKey, reply: ReplyCommit) -> None:
        self._world.ledger.sends(self._machine, key, reply)
        body = reply.model_dump_json().encode()
        self._call("POST", "/replies", body, lambda hub: hub.replies.commit(self._id, key, reply))
        self._world.ledger.acknowledged(self._machine, key)

    def report(self, report: RunReport) -> None:
        raise AssertionError("nobody shares reports here")

    def _put(self, key: TaskKey, index: int, chunk: bytes) -> None:
        assert len(chunk) <= CHUNK_BYTES
        digest = blake3(chunk).digest()
        cut = self._dice.falls("truncated", f"{self._id} {key}")
        if not cut:
            self._world.ledger.payload(self._machine, key, chunk)

        def serve(hub: Hub) -> None:
            place = hub.replies.place(self._id, key, index)
            draft = hub.replies.draft(place, len(chunk))
            try:
                if cut:
                    draft.write([chunk[: len(chunk) // 2]])
                    raise HubUnreachableError("the line broke")
                draft.write([chunk])
                hub.replies.keep(place, draft, digest, len(chunk))
            finally:
                draft.close()

        self._call("PUT", "/replies", chunk, serve)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes,
        serve: Callable[[Hub], T],
        *,
        unlisted: bool = False,
    ) -> T:
        self._dice.site(f"before {method} {path}")
        if self._dice.falls("lost", f"{self._id} {method} {path}"):
            raise HubUnreachableError("lost")
        now = self._world.clock() + self._site.skew
        headers = {
            name.lower(): value
            for name, value in sign_request(
                self._site.member.key, self._id, method, path, digest=blake3(body).digest(), now=now
            ).items()
        }
        head = RequestHead(method, path, "", headers, CURRENT)

        def deliver(hub: Hub) -> T:
            hub.gate.admit(head, unlisted=unlisted)
            hold(unlisted or not self._site.out, Law.OUTSIDE, f"{self._id} {method} {path}")
            return serve(hub)

        if self._dice.falls("late", f"{self._id} {method} {path}"):
            self._world.later.append(deliver)
            raise HubUnreachableError("timed out")
        answer = self._world.ask(deliver)
        if self._dice.falls("answer lost", f"{self._id} {method} {path}"):
            raise HubUnreachableError("cut")
        self._dice.site(f"after {method} {path}")
        return answer


def refused(error: FddError) -> HubRefusedError:
    """What the client makes of an error of the hub."""
    return HubRefusedError(error.detail, status=error.status, problem_code=error.code)


__all__ = ["ENDPOINT", "HubDied", "Member", "Site", "refused"]
