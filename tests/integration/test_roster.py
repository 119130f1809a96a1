"""The attacker holds the hub: its folder, its database, its keys. No Sybil enters.

The sites' side of it runs as it does in an agent (pinned roster, membership, key); only the line to
the hub is a test client of the application, so that hub and attacker can be the same process.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from blake3 import blake3
from sqlalchemy import create_engine, text
from starlette.testclient import TestClient

from fdd.cli.rosterfiles import read_chain
from fdd.protocol.messages import (
    Capability,
    JoinReply,
    JoinRequest,
    KeyReply,
    RosterVersions,
)
from fdd.protocol.roster import (
    FOUNDING,
    Member,
    Roster,
    RosterSite,
    SignedRoster,
    sign_roster,
    unsigned,
    words_of,
)
from fdd.protocol.signing import SigningKey, sign_request
from fdd.protocol.statements import SignedStatement
from fdd.protocol.versions import WINDOW
from fdd_client.agent.membership import Membership
from fdd_client.journal import Journal
from fdd_client.roster import PinnedRoster
from fdd_client.settings import ClientSettings, SiteFolder, next_key, prepare_key
from fdd_server.app.application import create_app
from fdd_server.app.hub import Hub
from fdd_server.app.installation import Plan, create
from fdd_server.kernel import Home, load_settings, system_clock
from fdd_server.kernel.settings import ConsortiumSettings, ListenSettings


class Line:
    """What an agent's link offers its membership, over the application of a hub."""

    def __init__(self, web: TestClient, key: SigningKey, site: str) -> None:
        self.web, self.key, self.site = web, key, site

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        path = "/link/v1" + path
        digest = blake3(body).digest()
        headers = sign_request(self.key, self.site, method, path, digest=digest)
        headers["FDD-Protocol"] = "2"
        answer = self.web.request(method, path, content=body, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.content

    def use_key(self, key: SigningKey) -> None:
        self.key = key

    def offer_key(self, statement: SignedStatement) -> KeyReply:
        body = statement.model_dump_json().encode()
        return KeyReply.model_validate_json(self.send("POST", "/keys", body))

    def roster(self, after: int) -> RosterVersions:
        return RosterVersions.model_validate_json(self.send("GET", f"/roster/{after}"))


class Consortium:
    """Three institutions with a site each, and offline keys that are nowhere near the hub."""

    def __init__(self, root: Path) -> None:
        self.root = root
        plan = Plan(
            consortium=ConsortiumSettings(name_en="Consortium"),
            listen=ListenSettings(port=0),
            database_url="",
            names=(),
            email="admin@hub.invalid",
            password="correct horse battery",
        )
        create(root / "hub", plan)
        self.hub, self.web = serve(root / "hub")
        self.offline: dict[str, SigningKey] = {}
        self.sites: dict[str, SiteFolder] = {}
        for name in ("north", "south", "west"):
            self.offline[name] = SigningKey()
            with self.hub.database.write() as work:
                self.hub.sites.add_institution(work, "operator", f"{name} 기관", name)
                code = self.hub.joining.invite(work, "operator", name, name, "https://h").code
            self.sites[name] = self.join(code, root / name)

    def join(self, code: str, root: Path) -> SiteFolder:
        folder, key = SiteFolder(root), SigningKey()
        folder.create()
        folder.write_private(folder.key, key.private_bytes())
        machine = Capability(cores=1, memory_mib=1, free_disk_mib=1, python="3.11")
        request = JoinRequest(
            code=code,
            public_key=key.public.hex,
            protocol=WINDOW,
            client_version="0",
            capability=machine,
        )
        body = request.model_dump_json().encode()
        reply = JoinReply.model_validate_json(
            Line(self.web, key, "join").send("POST", "/join", body)
        )
        folder.write_private(folder.identity_file, reply.model_dump_json().encode())
        return folder

    def line(self, name: str, web: TestClient | None = None) -> Line:
        folder = self.sites[name]
        return Line(web or self.web, folder.signing_key(), folder.identity().site_id)

    def member(self, name: str, web: TestClient | None = None) -> Membership:
        """The membership of a site's agent, just started."""
        folder = self.sites[name]
        return Membership(
            folder,
            ClientSettings(),
            self.line(name, web),  # type: ignore[arg-type]
            Journal(folder.journal),
        )

    def publish(self, *signers: str, members: bool = False) -> None:
        keys = {name: key.public.hex for name, key in self.offline.items()} if members else {}
        with self.hub.database.write() as work:
            document = self.hub.rosters.draft(work, members=keys)
            for name in signers:
                document = sign_roster(document, self.offline[name])
            self.hub.rosters.publish(work, "operator", [document])

    def close(self) -> None:
        self.web.close()
        self.hub.close()


def serve(folder: Path) -> tuple[Hub, TestClient]:
    home = Home(folder)
    hub = Hub(home, load_settings(home.config, {}), system_clock)
    return hub, TestClient(create_app(hub), base_url="https://hub.test")


@pytest.fixture
def consortium(tmp_path: Path):
    made = Consortium(tmp_path)
    made.publish("north", "south", "west", members=True)
    for name in made.sites:
        made.member(name).follow(1)
    yield made
    made.close()


def put_in(folder: Path, documents: list[tuple[Roster, SignedRoster]], *, fresh: bool) -> None:
    """What anyone can do who holds the database: a site, its key, and versions of the roster."""
    engine = create_engine(f"sqlite:///{folder / 'fdd.sqlite3'}")
    with engine.begin() as work:
        if fresh:
            work.execute(text("DELETE FROM rosters"))
        for roster, signed in documents:
            work.execute(
                text(
                    "INSERT INTO rosters (version, digest, document, published_at) "
                    "VALUES (:version, :digest, :document, '2026-01-01 00:00:00.000000')"
                ),
                {
                    "version": roster.version,
                    "digest": roster.digest(),
                    "document": signed.model_dump_json(),
                },
            )
    engine.dispose()


def add_sybil(folder: Path, key: SigningKey) -> None:
    engine = create_engine(f"sqlite:///{folder / 'fdd.sqlite3'}")
    with engine.begin() as work:
        names = [row[1] for row in work.execute(text("PRAGMA table_info(sites)"))]
        given = {"id": "'sybil'", "public_key": f"'{key.public.hex}'"}
        taken = ", ".join(given.get(name, name) for name in names)
        work.execute(
            text(f"INSERT INTO sites ({', '.join(names)}) SELECT {taken} FROM sites LIMIT 1")  # noqa: S608
        )
        work.execute(
            text("INSERT INTO site_keys (public_key, site_id, since) VALUES (:key, 'sybil', 0)"),
            {"key": key.public.hex},
        )
    engine.dispose()


def test_no_sybil_enters_with_the_hubs_database_and_keys(consortium, tmp_path):
    stolen = tmp_path / "stolen"
    shutil.copytree(consortium.root / "hub", stolen)
    sybil = SigningKey()
    add_sybil(stolen, sybil)

    # 1. A row in the database is not enough: the hub itself lists rostered keys only.
    hub, web = serve(stolen)
    with hub.database.read() as work:
        states = {one.site_id: one.state for one in hub.sites.presence(work)}
        in_force = hub.rosters.standing(work).roster
    assert states["sybil"] == "unlisted"
    assert in_force is not None
    with pytest.raises(AssertionError, match="FDD-2208"):
        Line(web, sybil, "sybil").send("GET", "/runs")
    web.close()
    hub.close()

    # 2. A next version, signed with every key that the hub holds and some that it made up.
    entry = RosterSite(site="sybil", institution="north", keys=(sybil.public.hex,))
    sites = sorted((*in_force.sites, entry), key=lambda site: site.site)
    forged = Roster.model_validate(
        {
            **in_force.model_dump(),
            "version": 2,
            "previous": in_force.digest(),
            "sites": [site.model_dump() for site in sites],
        }
    )
    held = SigningKey(bytes.fromhex((stolen / "keys" / "hub.key").read_text()))
    document = unsigned(forged)
    for key in (held, sybil, SigningKey()):
        document = sign_roster(document, key)
    put_in(stolen, [(forged, document)], fresh=False)
    hub, web = serve(stolen)
    for name, folder in consortium.sites.items():
        agent = consortium.member(name, web)
        agent.follow(2)
        assert agent.refused is not None
        assert agent.refuses(["north", "south", "west"]) == "roster_refused"
        assert PinnedRoster(folder).version == 1
    with hub.database.read() as work:
        assert hub.rosters.view(work).state == "broken"
    web.close()
    hub.close()

    # 3. A whole new history, with members whose keys the attacker has.
    own = {name: SigningKey() for name in consortium.offline}
    members = tuple(
        Member(institution=name, name_ko="기관", name_en=name, key=key.public.hex)
        for name, key in sorted(own.items())
    )
    values = {**in_force.model_dump(), "previous": FOUNDING, "members": members, "sites": sites}
    other = Roster.model_validate({**values, "made_at": time.time()})
    document = unsigned(other)
    for key in own.values():
        document = sign_roster(document, key)
    later = Roster.model_validate({**values, "version": 2, "previous": other.digest()})
    second = unsigned(later)
    for key in own.values():
        second = sign_roster(second, key)
    put_in(stolen, [(other, document), (later, second)], fresh=True)
    hub, web = serve(stolen)
    agent = consortium.member("north", web)
    agent.follow(2)
    assert agent.refused is not None
    assert PinnedRoster(consortium.sites["north"]).current == in_force
    # A site that joins now and was told the founding words takes none of it either.
    newcomer = PinnedRoster(SiteFolder(tmp_path), words_of(in_force.digest()))
    with pytest.raises(Exception, match="other words"):
        newcomer.accept(consortium.line("north", web).roster(0))
    web.close()
    hub.close()

    # 4. Without touching the roster: the Sybil is named in a cohort.
    agent = consortium.member("north")
    assert agent.refuses(["north", "south", "sybil"]) == "cohort_not_in_roster"
    assert agent.refuses(["north", "south", "west"]) is None


def test_the_key_of_a_site_turns_when_the_members_have_listed_the_new_one(consortium):
    folder = consortium.sites["west"]
    before = folder.signing_key().public.hex
    prepare_key(folder)
    agent = consortium.member("west")
    assert not agent.settle_key()
    assert folder.signing_key().public.hex == before
    consortium.publish("north", "south")
    assert agent.settle_key()
    assert next_key(folder) is None
    assert folder.signing_key().public.hex != before
    agent.follow(2)
    assert agent.refuses(["north", "south", "west"]) is None
    peer = consortium.member("north")
    peer.follow(2)
    assert peer.refuses(["north", "south", "west"]) is None
    offers = [entry.kind for entry in Journal(folder.journal).entries()]
    assert offers == ["registration"]


def test_an_auditor_checks_the_chain_without_the_hub(consortium, tmp_path):
    consortium.publish("south", "west")
    with consortium.hub.database.read() as work:
        text_ = consortium.hub.rosters.versions(work).model_dump_json()
    file = tmp_path / "chain.json"
    file.write_text(text_)
    assert [roster.version for roster in read_chain(file)] == [1, 2]


def command(app, *arguments: str) -> dict[str, object]:
    """What a command prints with --json; it must succeed."""
    import json

    from typer.testing import CliRunner

    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert done.exit_code == 0, (done.output, done.stderr, done.exception)
    return json.loads(done.stdout)


def test_the_commands_of_members_and_operator_found_a_roster(tmp_path):
    from fdd.cli.app import app as library
    from fdd.core.errors import FddError
    from fdd_server.app.main import app as server

    made = Consortium(tmp_path)
    made.close()
    hub, draft = str(tmp_path / "hub"), tmp_path / "roster-1.json"
    secret = tmp_path / "passphrase"
    secret.write_text("a long passphrase\n")
    keys = {}
    for name in made.offline:
        file = tmp_path / f"{name}.pem"
        keys[name] = command(library, "roster", "key", str(file), "--passphrase-file", str(secret))[
            "public_key"
        ]
        assert "ENCRYPTED" in file.read_text()
        assert file.stat().st_mode & 0o077 == 0
    members = [f"--member={name}={key}" for name, key in keys.items()]
    command(server, "admin", "roster", "draft", hub, str(draft), *members, "--threshold", "2")
    copies = []
    for name in made.offline:
        copy = tmp_path / f"signed-by-{name}.json"
        copy.write_bytes(draft.read_bytes())
        pem = str(tmp_path / f"{name}.pem")
        options = ("--key", pem, "--passphrase-file", str(secret))
        command(library, "roster", "sign", str(copy), *options)
        copies.append(str(copy))
    from typer.testing import CliRunner

    early = CliRunner().invoke(server, ["admin", "roster", "publish", hub, copies[0]])
    assert early.exit_code == 3
    assert "FDD-1107" in early.stderr
    done = command(server, "admin", "roster", "publish", hub, *copies)
    assert done == {"version": 1, "sites": 3}
    chain = str(tmp_path / "chain.json")
    command(server, "admin", "roster", "export", hub, chain)
    shown = command(server, "admin", "roster", "show", hub)
    assert command(library, "roster", "verify", chain)["words"] == shown["fingerprint_words"]
    command(server, "admin", "site", "cordon", hub, "west", "Moving house")
    command(server, "admin", "site", "uncordon", hub, "west")
    replaced = command(server, "admin", "site", "replace", hub, "west")
    assert str(replaced["command"]).startswith("fdd-client join")
    command(server, "admin", "site", "revoke", hub, "west")
    second = str(tmp_path / "roster-2.json")
    command(server, "admin", "roster", "draft", hub, second)
    found = command(library, "roster", "show", second, "--before", chain)
    assert found["changes"] == ["- site west"]
    assert found["signed_by"] == []
    stranger = tmp_path / "stranger.pem"
    command(library, "roster", "key", str(stranger), "--no-passphrase")
    refused = CliRunner().invoke(library, ["roster", "sign", second, "--key", str(stranger)])
    assert isinstance(refused.exception, FddError)
    assert refused.exception.code == "FDD-1107"
