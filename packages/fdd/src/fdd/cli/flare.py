"""``fdd flare``: relays for a FLARE network that carries the link."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fdd.cli.commands import Commands
from fdd.cli.output import print_json, say

__all__ = ["flare"]

flare = Commands(
    help="Let an NVIDIA FLARE network carry the link between sites and hub.", no_args_is_help=True
)

Kit = Annotated[Path, typer.Argument(help="Start-up kit of the FLARE client or server.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


@flare.command()
def site(
    kit: Kit,
    socket: Annotated[Path, typer.Option(help="Unix socket on which fdd-client will find it.")],
    as_json: AsJson = False,
) -> None:
    """Put the relay of a site into the kit of its FLARE client; restart the client afterwards.

    Example: fdd flare site /opt/flare/site-1 --socket /run/fdd/flare.sock
    """
    from fdd.flare.kit import add_site_relay

    _tell(add_site_relay(kit, socket), as_json)


@flare.command()
def hub(
    kit: Kit,
    url: Annotated[str, typer.Option(help="https://host:port of the hub.")],
    ca: Annotated[Path | None, typer.Option(help="The hub's certificate authority.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put the relay to the hub into the kit of the FLARE server; restart the server afterwards.

    Example: fdd flare hub /opt/flare/server --url https://hub.example:8443 --ca hub-ca.pem
    """
    from fdd.flare.kit import add_hub_relay

    _tell(add_hub_relay(kit, url, ca), as_json)


def _tell(changed: Path, as_json: bool) -> None:
    if as_json:
        print_json({"changed": str(changed)})
    else:
        say(f"Changed {changed}; restart FLARE there.")
