"""Joining a consortium: the key is born here."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

from fdd.core.errors import ConfigurationError, InvalidInputError
from fdd.protocol.messages import JOIN_CODE_LEAST, JOIN_CODE_MOST, JoinReply, JoinRequest
from fdd.protocol.signing import SigningKey
from fdd.protocol.versions import WINDOW
from fdd_client import __version__
from fdd_client.agent.capability import capability
from fdd_client.journal import Journal
from fdd_client.link import HubRefusedError, HubUnreachableError, Link, Transport
from fdd_client.roster import PinnedRoster
from fdd_client.settings import AlreadyJoinedError, ClientSettings, SiteFolder, load_settings
from fdd_client.vault.renewing import renew_certificates

__all__ = ["join"]


def join(
    folder: SiteFolder,
    url: str,
    code: str,
    authority: Path | None,
    founding: Sequence[str] = (),
    flare: Path | None = None,
) -> JoinReply:
    """Register this folder as a site.

    The key is made and stored before anything is sent, so that an interrupted join can be tried
    again with the same code.

    Args:
        folder: Where the site will live.
        url: The hub.
        code: The one-time code.
        authority: The certificate authority to pin.
        founding: Words that the founding roster must have; no work is done otherwise.
        flare: Socket of a FLARE client that carries the link; None = HTTPS.

    Raises:
        AlreadyJoinedError: if the folder is a site already.
        InvalidInputError: if the code cannot be one, the authority's file cannot be read, or
            settings are there already.
        HubUnreachableError: if the hub does not answer.
        HubRefusedError: if the code is wrong, used or expired.
        RosterRefusedError: if the roster is not what the words say; the site has joined then.
    """
    if folder.joined:
        raise AlreadyJoinedError(hint="Use another folder, or leave first: fdd-client leave")
    if founding and folder.settings.exists():
        raise InvalidInputError(
            "client.toml is there already", hint="Write the words into it, as roster_words"
        )
    code = _whole(code)
    folder.create()
    pinned = None if authority is None else _certificates(authority)
    fresh = not folder.key.exists()
    unpinned = not folder.authority.exists()
    if pinned is not None:
        folder.write_private(folder.authority, pinned)
    key = _key(folder)
    way = {"server_url": url}
    if founding:
        way["roster_words"] = " ".join(founding)
    if flare is not None:
        way["flare_socket"] = str(flare.absolute())
    settings = load_settings(folder.root).model_copy(update=way)
    transport = None
    try:
        transport = Transport(settings, folder)
        reply = _register(folder, Link(transport, key), code, key)
        renew_certificates(folder, reply, key)
        _remember(folder, way, reply)
        _pin_roster(folder, settings, Link(transport, key, reply.site_id))
    except (HubRefusedError, HubUnreachableError, ConfigurationError) as error:
        if unpinned:  # what the next try gives is pinned, or nothing
            folder.authority.unlink(missing_ok=True)
        if fresh and not isinstance(error, HubUnreachableError):
            folder.key.unlink()  # it was never registered; the journal keeps that it was offered
        raise
    finally:
        if transport is not None:
            transport.close()
    return reply


def _register(folder: SiteFolder, link: Link, code: str, key: SigningKey) -> JoinReply:
    link.hello()
    request = JoinRequest(
        code=code,
        public_key=key.public.hex,
        protocol=WINDOW,
        client_version=__version__,
        capability=capability(folder),
    )
    body = request.model_copy(update={"code": "--------"}).model_dump_json().encode()
    Journal(folder.journal).append(
        "registration", recipient="hub", size=len(body), digest=blake3(body).hexdigest()
    )
    return link.join(request)


def _pin_roster(folder: SiteFolder, settings: ClientSettings, link: Link) -> None:
    """Take the roster that the hub shows now; the agent follows it, and takes it if this fails."""
    pinned = PinnedRoster(folder, settings.roster_words.split())
    with suppress(HubRefusedError, HubUnreachableError):
        pinned.accept(link.roster(pinned.version))


def _whole(code: str) -> str:
    """The code, if it can be one; looked at before a key is made."""
    bare = code.strip()
    if not JOIN_CODE_LEAST <= len(bare) <= JOIN_CODE_MOST:
        raise InvalidInputError(
            "This is no join code: it is empty, cut off or too long",
            hint="Copy the code alone, whole, from what the administrator sent",
        )
    return bare


def _certificates(path: Path) -> bytes:
    """The bytes of a file of certificates, looked at before anything relies on them."""
    try:
        data = path.read_bytes()
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=data.decode("ascii"))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise InvalidInputError(
            f"The file {path.name} holds no certificate that can be read",
            hint="Give the consortium's certificate authority (hub-ca.pem) with --ca",
        ) from error
    return data


def _key(folder: SiteFolder) -> SigningKey:
    if folder.key.exists():
        return folder.signing_key()
    key = SigningKey()
    folder.write_private(folder.key, key.private_bytes())
    return key


def _remember(folder: SiteFolder, way: Mapping[str, str], reply: JoinReply) -> None:
    if not folder.settings.exists():
        lines = [f"{name} = {json.dumps(value)}" for name, value in way.items()]
        text = "\n".join(["# Settings of this site: fdd-client config", *lines, ""])
        folder.write_private(folder.settings, text.encode())
    folder.write_private(folder.identity_file, reply.model_dump_json(indent=1).encode())
