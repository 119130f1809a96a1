"""Settings of a site: ``client.toml`` in its folder, then ``FDD_CLIENT_*`` in the environment."""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fdd.core.errors import ConfigurationError

__all__ = ["ClientSettings", "load_settings"]

_PREFIX: Final = "FDD_CLIENT_"


class ClientSettings(BaseModel):
    """What an operator of a site can set. Unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server_url: str = Field(default="", description="https://host[:port] of the hub")
    ca_file: str = Field(default="", description="pinned certificate authority; empty = system's")
    proxy_url: str = Field(default="", description="http://host:port; empty = HTTPS_PROXY")
    roster_words: str = Field(
        default="",
        description="words of the founding roster; with them, no work is done without that roster",
    )
    flare_socket: str = Field(
        default="", description="socket of a FLARE client that carries the link; empty = HTTPS"
    )
    poll_seconds: float = Field(default=25.0, gt=0, le=60)
    heartbeat_seconds: float = Field(default=5.0, gt=0, le=60)
    timeout_seconds: float = Field(default=60.0, gt=0, le=600)
    training_timeout_seconds: float = Field(default=86_400.0, gt=0)
    sandbox: Literal["auto", "A", "B", "C"] = Field(
        default="auto", description="the strongest level that works here, or exactly one"
    )
    boosted_reference: bool = Field(
        default=False, description="gradient boosting beside the value report; needs fdd[boosting]"
    )
    training_device: Literal["cpu", "cuda", "auto"] = Field(
        default="cpu", description="where networks train; cuda lets the sandbox reach the GPU"
    )
    training_memory_mib: int = Field(default=0, ge=0, description="0 = no limit")
    log_level: Literal["debug", "info", "warning", "error"] = "info"


def load_settings(folder: Path) -> ClientSettings:
    """Read the settings of the site in ``folder``.

    Raises:
        ConfigurationError: if a name is unknown or a value impossible; it names the nearest name.
    """
    values: dict[str, object] = {}
    path = folder / "client.toml"
    if path.exists():
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(
                f"client.toml cannot be read: {error}", hint="Correct the file", file="client.toml"
            ) from error
    for name, text in os.environ.items():
        if name.startswith(_PREFIX):
            values[name.removeprefix(_PREFIX).lower()] = text
    try:
        return ClientSettings.model_validate(values)
    except ValidationError as error:
        raise _explain(error) from None


def _explain(error: ValidationError) -> ConfigurationError:
    first = error.errors(include_input=False, include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "client.toml"
    if first["type"] == "extra_forbidden":
        near = get_close_matches(name, ClientSettings.model_fields, n=1)
        hint = f"Did you mean {near[0]}?" if near else "See fdd-client config --help"
        return ConfigurationError(
            f"There is no setting '{name[:64]}'", hint=hint, setting=name[:64]
        )
    return ConfigurationError(
        f"Setting '{name[:64]}': {first['msg']}", hint="Correct client.toml", setting=name[:64]
    )
