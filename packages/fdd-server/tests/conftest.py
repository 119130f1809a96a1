"""A consortium in a folder, sites that sign, and a PostgreSQL of our own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from blake3 import blake3
from httpx2 import Response
from pydantic import BaseModel
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from fdd.core.arrays import Arrays
from fdd.core.canonical import canonical_digest
from fdd.core.ring import FixedPoint
from fdd.core.spec import EndpointSpec, RunSpec
from fdd.data.certificate import FindingSummary, ValidityCertificate
from fdd.data.checks.base import Severity
from fdd.protocol.blobs import BlobManifest, manifest_of
from fdd.protocol.messages import (
    Capability,
    JoinRequest,
    Lease,
    LeaseRequest,
    Phase,
    ReplyCommit,
    Task,
    TaskKey,
)
from fdd.protocol.signing import SigningKey, sign_request
from fdd.protocol.statements import Approval, SignedStatement, sign_statement
from fdd.protocol.versions import WINDOW
from fdd.storage.blobs import write_blob
from fdd_server.app.application import create_app
from fdd_server.app.hub import Hub
from fdd_server.app.installation import Plan, create
from fdd_server.kernel import Home, ServerSettings, load_settings
from fdd_server.kernel.identity import Role
from fdd_server.kernel.settings import ConsortiumSettings, ListenSettings

EMAIL = "admin@hub.invalid"
PASSWORD = "correct horse battery"
START = 1_800_000_000.0


class ManualClock:
    """Time that moves when a test says so."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class SiteClient:
    """A site as the hub meets it: a key, and signed requests."""

    def __init__(self, client: TestClient, clock: Callable[[], float]) -> None:
        self.client = client
        self.clock = clock
        self.key = SigningKey()
        self.site_id = "join"

    def headers(self, method: str, path: str, body: bytes = b"", query: str = "") -> dict[str, str]:
        digest = blake3(body).digest()
        signed = sign_request(
            self.key, self.site_id, method, path, query=query, digest=digest, now=self.clock()
        )
        return {"FDD-Protocol": "1", **signed}

    def send(self, method: str, path: str, body: bytes | BaseModel = b"") -> Response:
        data = body if isinstance(body, bytes) else body.model_dump_json().encode()
        path = "/link/v1" + path
        headers = self.headers(method, path, data)
        return self.client.request(method, path, content=data, headers=headers)

    def join(self, code: str) -> Response:
        request = JoinRequest(
            code=code,
            public_key=self.key.public.hex,
            protocol=WINDOW,
            client_version="0.1.0",
            capability=Capability(cores=2, memory_mib=4096, free_disk_mib=10_000, python="3.11"),
        )
        answer = self.send("POST", "/join", request)
        if answer.status_code == 200:
            self.site_id = answer.json()["site_id"]
        return answer

    def certificate(self, *, passes: bool = True) -> tuple[SignedStatement, str]:
        blocks = FindingSummary(code="data.empty", severity=Severity.BLOCK, count=1)
        certificate = ValidityCertificate(
            dataset=blake3(self.site_id.encode()).hexdigest(),
            pipeline="1" * 64,
            reference="2" * 64,
            catalogue_version="2026.1",
            molecules={"lipophilicity.logd74": 100},
            findings=() if passes else (blocks,),
            issued_at=datetime(2027, 1, 15, tzinfo=UTC),
        )
        signed = sign_statement("certificate", certificate, self.key, self.site_id)
        return signed, canonical_digest(certificate)

    def approval(self, run_id: str, spec_digest: str, **changes: object) -> SignedStatement:
        _, certificate = self.certificate()
        values: dict[str, object] = {
            "site_id": self.site_id,
            "run_id": run_id,
            "spec_digest": spec_digest,
            "decision": "approved",
            "reason": "policy",
            "policy_digest": "3" * 64,
            "certificate_digest": certificate,
            "decided_at": self.clock(),
            "valid_until": self.clock() + 86_400,
            **changes,
        }
        return sign_statement("approval", Approval.model_validate(values), self.key, self.site_id)

    def approve(self, run_id: str, spec_digest: str, **changes: object) -> Response:
        return self.send("POST", "/approvals", self.approval(run_id, spec_digest, **changes))

    def lease(self, *, certificate: bool = True, passes: bool = True) -> Lease | None:
        signed, _ = self.certificate(passes=passes)
        asked = LeaseRequest(wait_seconds=0, certificates=(signed,) if certificate else ())
        answer = self.send("POST", "/leases", asked)
        assert answer.status_code in {200, 204}, answer.text
        return Lease.model_validate_json(answer.content) if answer.content else None

    def put(self, key: TaskKey, index: int, data: bytes) -> Response:
        return self.send(
            "PUT", f"/replies/{key.run_id}/{key.round}/{key.phase.value}/{index}", data
        )

    def commit(
        self, key: TaskKey, fence: int, payload: BlobManifest | None, **changes: object
    ) -> Response:
        values = {"fence": fence, "status": "done", "payload": payload, "rows": 10, **changes}
        message = ReplyCommit.model_validate(values)
        path = f"/replies/{key.run_id}/{key.round}/{key.phase.value}"
        return self.send("POST", path, message)


class Consortium:
    """A hub in a folder, its application, and its sites."""

    def __init__(self, hub: Hub, clock: ManualClock) -> None:
        self.hub = hub
        self.clock = clock
        self.app = create_app(hub)
        self.web = TestClient(self.app, base_url="https://hub.test", raise_server_exceptions=False)
        self._institutions: dict[str, str] = {}

    def invite(self, name: str) -> str:
        with self.hub.database.write() as work:
            if name not in self._institutions:
                added = self.hub.sites.add_institution(work, "operator", f"{name} 병원", name)
                self._institutions[name] = added.id
            made = self.hub.joining.invite(
                work, "operator", self._institutions[name], name, "https://hub.test"
            )
        return made.code

    def site(self, name: str) -> SiteClient:
        site = self.stranger()
        answer = site.join(self.invite(name))
        assert answer.status_code == 200, answer.text
        return site

    def stranger(self) -> SiteClient:
        return SiteClient(self.web, self.clock)

    def sign_in(self, role: Role = Role.ADMINISTRATOR) -> None:
        with self.hub.database.write() as work:
            token = self.hub.accounts.issue_ticket(work, "operator", role)
        answer = self.web.get(f"/enter?ticket={token}", follow_redirects=False)
        assert answer.status_code == 303, answer.text

    def submit(self, **changes: object) -> tuple[str, str]:
        """A proposed run: its id and the digest of its specification."""
        values = {
            "name": "test",
            "endpoints": (EndpointSpec(id="lipophilicity.logd74"),),
            **changes,
        }
        spec = RunSpec.model_validate(values)
        with self.hub.database.write() as work:
            run = self.hub.runs.submit(work, "operator", spec)
        return run.run_id, spec.digest()

    def open_task(
        self,
        run_id: str,
        spec_digest: str,
        cohort: list[str],
        *,
        number: int = 1,
        phase: Phase = Phase.TRAIN,
        model: bytes | None = None,
    ) -> Task:
        manifest = write_blob(self.hub.store, model) if model is not None else None
        task = Task(
            key=TaskKey(run_id=run_id, round=number, phase=phase),
            spec_digest=spec_digest,
            model=manifest,
            arithmetic=FixedPoint() if phase in {Phase.TRAIN, Phase.STATISTICS} else None,
            deadline=self.clock() + 600,
        )
        self.hub.federation.open(task, cohort)
        return task

    def working(self, site: SiteClient) -> tuple[Task, Lease]:
        """A run that the site approved, its open training task, and the site's lease of it."""
        run_id, digest = self.submit()
        assert site.approve(run_id, digest).status_code == 204
        task = self.open_task(run_id, digest, [site.site_id])
        lease = site.lease()
        assert lease is not None
        return task, lease


def payload(seed: int = 0, size: int = 3000) -> tuple[bytes, BlobManifest]:
    """Bytes of a reply and their manifest."""
    data = blake3(seed.to_bytes(4, "big")).digest(size)
    return data, manifest_of(data)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that tests copy."""
    folder = tmp_path_factory.mktemp("template") / "hub"
    plan = Plan(
        consortium=ConsortiumSettings(name_en="Test consortium", demo=True),
        listen=ListenSettings(port=0),
        database_url="",
        names=(),
        email=EMAIL,
        password=PASSWORD,
    )
    create(folder, plan)
    _cheapen_password(f"sqlite:///{folder / 'fdd.sqlite3'}")
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Home:
    folder = tmp_path / "hub"
    shutil.copytree(template, folder)
    return Home(folder)


@pytest.fixture
def settings(home: Home) -> ServerSettings:
    return load_settings(home.config, {})


@pytest.fixture
def consortium(home: Home, settings: ServerSettings, clock: ManualClock) -> Iterator[Consortium]:
    hub = Hub(home, settings, clock)
    made = Consortium(hub, clock)
    yield made
    made.web.close()
    hub.close()


@pytest.fixture(scope="session")
def make_payload() -> Callable[..., tuple[bytes, BlobManifest]]:
    return payload


@pytest.fixture(scope="session")
def model_bytes() -> bytes:
    """An encoded model."""
    import numpy as np

    from fdd.protocol.codec import encode

    return encode(Arrays({"trunk/w": np.arange(64, dtype=np.float32)}))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own on a private socket."""
    initdb = _postgres_program("initdb")
    if initdb is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="fdd-pg-"))  # its path must be short for the socket
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        os.chown(folder, 65534, 65534)
    data = folder / "data"
    subprocess.run(
        [*as_user, initdb, "-D", data, "-U", "fdd", "-A", "trust", "--locale=C.UTF-8", "--no-sync"],
        check=True,
        capture_output=True,
    )
    server = subprocess.Popen(
        [
            *as_user,
            _postgres_program("postgres") or "postgres",
            *("-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"postgresql+psycopg://fdd@/postgres?host={folder}"
    _wait_for_postgres(url)
    yield url
    server.send_signal(signal.SIGQUIT)  # nothing of it is kept
    server.wait(timeout=30)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation on PostgreSQL whose database tests copy."""
    _execute(postgres, "CREATE DATABASE template_hub")
    folder = tmp_path_factory.mktemp("pg-template") / "hub"
    plan = Plan(
        consortium=ConsortiumSettings(name_en="Test consortium", demo=True),
        listen=ListenSettings(port=0),
        database_url=postgres.replace("/postgres?", "/template_hub?"),
        names=(),
        email=EMAIL,
        password=PASSWORD,
    )
    create(folder, plan)
    return folder


@pytest.fixture
def postgres_home(postgres: str, postgres_template: Path, tmp_path: Path) -> Home:
    name = f"hub_{secrets.token_hex(6)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE template_hub")
    folder = tmp_path / "pg-hub"
    shutil.copytree(postgres_template, folder)
    config = folder / "fdd-server.toml"
    config.write_text(config.read_text("utf-8").replace("/template_hub?", f"/{name}?"), "utf-8")
    return Home(folder)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_home(request: pytest.FixtureRequest) -> Home:
    """An installation on each database."""
    name = "home" if request.param == "sqlite" else "postgres_home"
    found = request.getfixturevalue(name)
    assert isinstance(found, Home)
    return found


@pytest.fixture
def any_consortium(any_home: Home, clock: ManualClock) -> Iterator[Consortium]:
    """A consortium on each database."""
    hub = Hub(any_home, load_settings(any_home.config, {}), clock)
    made = Consortium(hub, clock)
    yield made
    made.web.close()
    hub.close()


def _cheapen_password(url: str) -> None:
    """A hash that is quick to check; how costly the real ones are is argon2's own matter."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET password_hash = :quick"), {"quick": quick})
    engine.dispose()


def _execute(url: str, statement: str) -> None:
    """Run a statement that must stand outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _postgres_program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def _wait_for_postgres(url: str) -> None:
    engine = create_engine(url)
    for _ in range(300):
        try:
            with engine.connect():
                pass
        except OperationalError:
            time.sleep(0.05)
        else:
            engine.dispose()
            return
    raise AssertionError("PostgreSQL did not start")
