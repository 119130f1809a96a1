"""All settings of the server: one TOML file and ``FDD_SERVER_*`` variables.

An unknown key is an error that names the nearest known one; a setting that is silently ignored is
how a server runs for months in a mode that nobody chose.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import URL

from fdd.core.errors import ConfigurationError

__all__ = [
    "ConsortiumSettings",
    "DatabaseSettings",
    "Home",
    "LimitSettings",
    "ListenSettings",
    "ServerSettings",
    "SessionSettings",
    "SiteSettings",
    "StorageSettings",
    "TlsSettings",
    "load_settings",
]

_PREFIX: Final = "FDD_SERVER_"
_Seconds = Annotated[float, Field(gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConsortiumSettings(_Section):
    """Who this server belongs to."""

    name_ko: str = Field(default="컨소시엄", max_length=80)
    name_en: str = Field(default="Consortium", max_length=80)
    demo: bool = Field(default=False, description="show that all data here are for demonstration")
    language: Literal["ko", "en"] = Field(default="ko", description="first language of the pages")


class ListenSettings(_Section):
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535, description="0 = any free port")
    public_url: str = Field(
        default="", description="the https:// address that sites use; empty = host and port"
    )


class DatabaseSettings(_Section):
    """Where rows are stored."""

    url: str = Field(
        default="", description="postgresql+psycopg://…; empty = a SQLite file in the folder"
    )


class StorageSettings(_Section):
    """Where models are kept. Credentials of an object store come from the environment."""

    url: str = Field(
        default="", description="s3://bucket/prefix; empty = the folder blobs/ of this server"
    )
    endpoint: str = Field(default="", description="of a store that is not Amazon's")
    region: str = "us-east-1"


class TlsSettings(_Section):
    """The certificate that sites and browsers see."""

    certificate: Path | None = Field(
        default=None, description="PEM chain of your own; empty = the one made by init"
    )
    key: Path | None = Field(default=None, description="its PEM key, unencrypted, mode 0600")


class SiteSettings(_Section):
    """Rules about sites."""

    offline_after: _Seconds = Field(
        default=20, description="seconds of silence after which a site counts as offline"
    )
    join_code_hours: _Seconds = Field(default=72, description="validity of a join code")
    key_overlap_hours: _Seconds = Field(
        default=24, description="how long a site's older key goes on beside its new one"
    )


class SessionSettings(_Section):
    """Rules about signed-in people."""

    idle_minutes: _Seconds = 60
    absolute_hours: _Seconds = 12
    ticket_minutes: _Seconds = Field(default=60, description="validity of a one-time page link")


class LimitSettings(_Section):
    """What one peer may ask for."""

    reply_mib: int = Field(default=1024, ge=1, description="largest payload of one reply")
    link_threads: int = Field(default=4, ge=2, le=128, description="threads that serve sites")


class ServerSettings(BaseSettings):
    """The settings of one server."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    consortium: ConsortiumSettings = ConsortiumSettings()
    listen: ListenSettings = ListenSettings()
    database: DatabaseSettings = DatabaseSettings()
    storage: StorageSettings = StorageSettings()
    tls: TlsSettings = TlsSettings()
    sites: SiteSettings = SiteSettings()
    sessions: SessionSettings = SessionSettings()
    limits: LimitSettings = LimitSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Variables win over the file, which is given as arguments."""
        return env_settings, init_settings


class Home:
    """The folder of an installation and what lies where in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.config = self.root / "fdd-server.toml"
        self.database = self.root / "fdd.sqlite3"
        self.blobs = self.root / "blobs"
        self.uploads = self.root / "uploads"
        self.tls = self.root / "tls"
        self.keys = self.root / "keys"

    def database_url(self, settings: ServerSettings) -> str | URL:
        """The address of the database."""
        return settings.database.url or URL.create("sqlite", database=str(self.database))


def load_settings(
    path: Path | None, environment: Mapping[str, str] | None = None
) -> ServerSettings:
    """The settings from a file and the environment.

    Args:
        path: A TOML file; None for defaults.
        environment: Names to check for unknown settings; the process's own when None.

    Raises:
        ConfigurationError: if the file cannot be read, or a setting is unknown or impossible.
    """
    given = _read(path) if path is not None else {}
    _refuse_unknown(given, path.name if path is not None else "")
    _refuse_unknown_variables(os.environ if environment is None else environment)
    try:
        return ServerSettings(**given)  # type: ignore[arg-type]  # validated right here
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"{name}: {first['msg']}",
            hint="Correct the value; fdd-server config show lists all settings",
            setting=name,
        ) from None


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError(
            f"{path.name} cannot be read: {reason}", hint="Write valid TOML", file=path.name
        ) from error


def _known() -> Iterator[str]:
    for name, field in ServerSettings.model_fields.items():
        section = field.annotation
        yield name
        if isinstance(section, type) and issubclass(section, BaseModel):
            yield from (f"{name}.{inner}" for inner in section.model_fields)


def _refuse_unknown(given: Mapping[str, object], file: str) -> None:
    known = set(_known())
    for name, value in given.items():
        names = [name]
        if isinstance(value, dict):
            names += [f"{name}.{inner}" for inner in value]
        for full in names:
            if full not in known:
                raise _unknown(full, known, file)


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {_PREFIX + name.upper().replace(".", "__") for name in _known()}
    for variable in sorted(environment):
        if variable.startswith(_PREFIX) and variable not in known:
            raise _unknown(variable, known, "the environment")


def _unknown(name: str, known: set[str], where: str) -> ConfigurationError:
    # A section that both share says nothing about what was meant.
    word = re.split(r"\.|__", name)[-1]
    alike = {one: re.split(r"\.|__", one)[-1] for one in sorted(known)}
    close = get_close_matches(word, alike.values(), n=1)
    near = get_close_matches(name, [k for k, v in alike.items() if v in close], n=1, cutoff=0)
    advice = f"Did you mean {near[0]}?" if near else "fdd-server config show lists all settings"
    return ConfigurationError(
        f"There is no setting called {name[:80]} ({where})",
        hint=advice,
        setting=name[:80],
        near=near[0] if near else None,
    )
