"""``fdd login`` and ``fdd logout``: an account's session with a hub, kept for other commands."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import parse_qs, urlsplit

import typer

from fdd.cli.output import print_json, say
from fdd.core.errors import FddError, InvalidInputError
from fdd.language import told

if TYPE_CHECKING:
    from fdd.sdk import Platform

__all__ = ["at_the_hub", "login", "logout", "signed_in"]

_KEPT: Final = ("hub", "authority", "session")


def login(
    url: Annotated[str, typer.Argument(help="https://host:port of the hub.")],
    email: Annotated[str, typer.Option(help="Address of the account; else a one-time link.")] = "",
    ca: Annotated[Path | None, typer.Option(help="Certificate authority of the hub.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output.")
    ] = False,
) -> None:
    """Sign in at a hub; the password, or the one-time link, is read from standard input.

    Example: fdd login https://hub.example:8443 --email you@example.org --ca hub-ca.pem
    """
    from fdd.sdk import Platform

    parts = urlsplit(url)
    if not parts.hostname or (
        parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}
    ):
        raise InvalidInputError(
            "The hub's address must look like https://host:port",
            hint="Take what stands before /enter in the link, or ask the operator",
        )
    origin = f"{parts.scheme}://{parts.netloc}"
    authority = ca.absolute() if ca is not None else None
    hub = Platform(origin, authority)
    if email:
        hub.sign_in(email, _secret("Password: "))
    else:
        hub.enter(_ticket(_secret("One-time link: ")))
    me = hub.me()
    _keep(origin, authority, hub.session)
    account = me["account"]
    email = str(account["email"]) if isinstance(account, dict) else ""
    role = str(account["role"]) if isinstance(account, dict) else ""
    if as_json:
        print_json({"hub": origin, "email": email, "role": role})
    else:
        say(f"Signed in at {origin} as {email or role} ({role}).")


def logout() -> None:
    """End the session, at the hub and here.

    Example: fdd logout
    """
    with suppress(FddError):  # what the hub does not hear ends by itself; here it ends now
        signed_in().sign_out()
    _file().unlink(missing_ok=True)
    say("Signed out.")


def signed_in() -> Platform:
    """The hub at which the user has signed in.

    Raises:
        InvalidInputError: if nobody has.
    """
    from fdd.sdk import Platform

    try:
        kept = json.loads(_file().read_bytes())
        hub, authority, session = (str(kept[name]) for name in _KEPT)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise InvalidInputError(
            "You are not signed in at a hub", hint="Sign in: fdd login https://host:port"
        ) from None
    return Platform(hub, Path(authority) if authority else None, session)


@contextmanager
def at_the_hub() -> Iterator[Platform]:
    """The hub at which the user has signed in; a refusal is told with the hub's own code."""
    from fdd.sdk.errors import PlatformRefusedError

    try:
        yield signed_in()
    except PlatformRefusedError as error:
        if error.problem:
            error.detail = f"{told(error.detail)} ({error.problem})"
        if error.http_status == 401:
            error.hint = "Sign in again: fdd login https://host:port"
        raise


def _file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "fdd" / "session.json"


def _keep(hub: str, authority: Path | None, session: str) -> None:
    kept = dict(zip(_KEPT, (hub, str(authority or ""), session), strict=True))
    file = _file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(".session.draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(kept, out)
    draft.replace(file)


def _secret(question: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(told(question)).strip()
    return sys.stdin.readline().strip()


def _ticket(text: str) -> str:
    """The ticket in a link, or as it is."""
    return parse_qs(urlsplit(text).query).get("ticket", [text])[0]
