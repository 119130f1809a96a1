"""Puts a relay into the start-up kit of a FLARE client or server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fdd.core.errors import InvalidInputError

__all__ = ["add_hub_relay", "add_site_relay"]

_LONGEST_SOCKET: Final = 107
"""Bytes of a Unix socket's path on Linux."""


def add_site_relay(kit: Path, socket: Path) -> Path:
    """Let a FLARE client carry the requests of ``fdd-client``; the changed file.

    Args:
        kit: The client's start-up kit.
        socket: Where the relay will listen; the same path as ``fdd-client``'s ``flare_socket``.

    Raises:
        InvalidInputError: if the folder is no client's kit, or the path too long for a socket.
    """
    where = socket.absolute()
    if len(str(where).encode()) > _LONGEST_SOCKET:
        raise InvalidInputError(
            f"The path of the socket is longer than {_LONGEST_SOCKET} bytes",
            hint="Put it into a folder with a shorter name",
        )
    return _add(kit, "fed_client.json", "fdd.flare.site_side.SiteRelay", {"socket": str(where)})


def add_hub_relay(kit: Path, hub: str, authority: Path | None) -> Path:
    """Let a FLARE server hand requests to the hub; the changed file.

    Args:
        kit: The server's start-up kit.
        hub: ``https://host:port`` of the hub.
        authority: The hub's certificate authority; None: the system's.

    Raises:
        InvalidInputError: if the folder is no server's kit, or the address not HTTPS.
    """
    if not hub.startswith("https://"):
        raise InvalidInputError(
            "The hub's address must look like https://host:port",
            hint="Give the address that sites use",
        )
    arguments = {"hub": hub, "authority": str(authority.absolute()) if authority else ""}
    return _add(kit, "fed_server.json", "fdd.flare.hub_side.HubRelay", arguments)


def _add(kit: Path, startup: str, component: str, arguments: Mapping[str, str]) -> Path:
    """Never touches ``startup/``, which the project's administrator has signed."""
    local = kit / "local"
    target, given = local / "resources.json", local / "resources.json.default"
    source = target if target.exists() else given
    if not (kit / "startup" / startup).exists() or not source.exists():
        raise InvalidInputError(
            "The folder is not the FLARE start-up kit that was asked for",
            hint=f"It must hold startup/{startup} and local/resources.json.default",
        )
    try:
        resources = json.loads(source.read_text("utf-8"))
        others = [c for c in resources["components"] if c["id"] != "fdd_relay"]
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInputError(
            f"{source.name} is not FLARE's", hint="Provision the kit again"
        ) from error
    resources["components"] = [
        *others,
        {"id": "fdd_relay", "path": component, "args": dict(arguments)},
    ]
    target.write_text(json.dumps(resources, indent=2) + "\n", "utf-8")
    return target
