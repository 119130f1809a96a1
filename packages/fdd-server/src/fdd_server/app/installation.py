"""Making a server's folder, and opening it again."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fdd_server.app.hub import Hub
from fdd_server.kernel import Home, ServerSettings, load_settings, system_clock
from fdd_server.kernel.errors import AlreadyInitialisedError, NotInitialisedError
from fdd_server.kernel.identity import OPERATOR
from fdd_server.kernel.keys import HubKeys
from fdd_server.kernel.settings import (
    ConsortiumSettings,
    DatabaseSettings,
    ListenSettings,
    StorageSettings,
)
from fdd_server.kernel.tls import issue
from fdd_server.projects.schemas import Charter

__all__ = ["Made", "Plan", "create", "open_hub"]

_DEMO: Final = Charter(
    project_id="demo",
    name_ko="데모 과제",
    name_en="Demo project",
    purpose_ko="공개 데이터로 네 기관이 하나의 ADMET 모델을 함께 학습하는 과정을 보입니다.",
    purpose_en="Shows, on public data, how four institutions train one ADMET model together.",
    endpoints=(),
    everyone=True,
)


@dataclass(frozen=True)
class Plan:
    """What ``init`` is asked for. ``password`` None: one is made up and shown once."""

    consortium: ConsortiumSettings
    listen: ListenSettings
    database_url: str
    names: tuple[str, ...]
    email: str
    password: str | None
    storage: StorageSettings | None = None


@dataclass(frozen=True)
class Made:
    """What ``init`` has made. ``password`` is None when it was given."""

    home: Home
    email: str
    password: str | None
    fingerprint: list[str]


def create(root: Path, plan: Plan) -> Made:
    """Make a server in a folder.

    The configuration file is written last and as a whole: a folder without it is not an
    installation, and ``init`` can be repeated after whatever went wrong; of a folder that was empty
    before, nothing stays then.

    Raises:
        AlreadyInitialisedError: if the folder holds an installation.
        DatabaseError: if the database cannot be reached.
        PasswordError: if the password given is too short.
    """
    home = Home(root)
    if home.config.exists():
        raise AlreadyInitialisedError(
            f"{root.name} holds a server already", hint="Start it: fdd-server run DIR"
        )
    unused = not home.root.exists() or not any(home.root.iterdir())
    try:
        return _create(home, plan)
    except BaseException:
        if unused:  # a half-made server would keep an administrator whose password nobody has seen
            shutil.rmtree(home.root, ignore_errors=True)
        raise


def _create(home: Home, plan: Plan) -> Made:
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    HubKeys.create(home.keys, demo=plan.consortium.demo)
    issue(home.tls, [*plan.names, *_names_of_this_machine(plan.listen.host)])
    password = plan.password or secrets.token_urlsafe(15)
    settings = ServerSettings(
        consortium=plan.consortium,
        listen=plan.listen,
        database=DatabaseSettings(url=plan.database_url),
        storage=plan.storage or StorageSettings(),
    )
    from fdd_server.app import migrate

    hub = Hub(home, settings, system_clock)
    try:
        migrate.upgrade(hub.database)
        with hub.database.write() as work:
            if hub.accounts.find_administrator(work) is None:
                hub.accounts.create_administrator(work, OPERATOR, plan.email, password)
            if plan.consortium.demo and not hub.projects.projects(work):
                hub.projects.add(work, OPERATOR, _DEMO)
        fingerprint = hub.keys.signing.public.words()
    finally:
        hub.close()
    draft = home.config.with_suffix(".draft")
    draft.write_text(_configuration(plan), "utf-8")
    draft.replace(home.config)
    return Made(home, plan.email, None if plan.password else password, fingerprint)


def open_hub(root: Path, *, upgrade: bool = False) -> Hub:
    """The server in a folder.

    Args:
        root: The folder.
        upgrade: Bring the database to this release's version first.

    Raises:
        NotInitialisedError: if there is none.
        ConfigurationError: if its configuration is not valid.
        DatabaseError: if the database cannot be used with this release.
    """
    home = Home(root)
    if not home.config.exists():
        raise NotInitialisedError(
            f"{root.name} does not hold a server", hint="Make one: fdd-server init DIR"
        )
    hub = Hub(home, load_settings(home.config), system_clock)
    if upgrade:
        from fdd_server.app import migrate  # other commands do not wait for it

        migrate.upgrade(hub.database)
    return hub


def _configuration(plan: Plan) -> str:
    """The configuration file: what was chosen; all other settings have their defaults."""
    consortium, listen = plan.consortium, plan.listen
    lines = [
        "# Settings of this server. All settings: fdd-server config show DIR",
        "",
        "[consortium]",
        f"name_ko = {_quoted(consortium.name_ko)}",
        f"name_en = {_quoted(consortium.name_en)}",
        f"demo = {str(consortium.demo).lower()}",
        "",
        "[listen]",
        f"host = {_quoted(listen.host)}",
        f"port = {listen.port}",
    ]
    if listen.public_url:
        lines.append(f"public_url = {_quoted(listen.public_url)}")
    if plan.database_url:
        lines += ["", "[database]", f"url = {_quoted(plan.database_url)}"]
    if plan.storage is not None and plan.storage.url:
        lines += ["", "[storage]"]
        lines += [f"{name} = {_quoted(value)}" for name, value in plan.storage.model_dump().items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # also a TOML string


def _names_of_this_machine(host: str) -> Iterable[str]:
    yield from ("localhost", "127.0.0.1", "::1", socket.gethostname())
    if host not in {"0.0.0.0", "::"}:  # noqa: S104 - only compared
        yield host
