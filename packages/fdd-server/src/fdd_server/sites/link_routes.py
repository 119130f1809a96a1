"""The link's routes about membership: joining, a new key, the roster, the line to the hub."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from fdd.core.errors import InvalidInputError
from fdd.protocol.messages import Hello, JoinReply, JoinRequest, KeyReply, RosterVersions
from fdd.protocol.probe import PROBE_BYTES, probe
from fdd.protocol.statements import SignedStatement
from fdd.protocol.versions import WINDOW
from fdd_server import __version__
from fdd_server.kernel import Clock, Database, ServerSettings
from fdd_server.kernel.keys import HubKeys
from fdd_server.kernel.link import (
    Admitted,
    Call,
    Link,
    LinkRoute,
    RequestHead,
    check_body,
    read_body,
)
from fdd_server.kernel.messages import parse_message
from fdd_server.kernel.throttle import Throttle
from fdd_server.sites.errors import JoinCodeUnknownError
from fdd_server.sites.gate import SiteGate
from fdd_server.sites.joining import JoiningDesk
from fdd_server.sites.keys import KeyDesk
from fdd_server.sites.rosters import RosterBook

__all__ = ["joining_routes", "membership_routes"]


def joining_routes(
    link: Link,
    *,
    database: Database,
    settings: ServerSettings,
    keys: HubKeys,
    clock: Clock,
    gate: SiteGate,
    joining: JoiningDesk,
) -> list[LinkRoute]:
    """``hello`` and ``join``."""
    throttle = Throttle(clock)
    consortium = settings.consortium.name_en

    def hello() -> Hello:
        return Hello(
            consortium=consortium,
            protocol=WINDOW,
            server_version=__version__,
            time=clock(),
            hub_key=keys.signing.public.hex,
        )

    def join(head: RequestHead, body: bytes, address: str) -> JoinReply:
        request = parse_message(JoinRequest, body)
        check_body(gate.admit_joining(head, request.public_key), body)
        source = f"join:{address}"
        try:
            with database.write() as work:
                throttle.check(work, source)
                site = joining.join(work, request)
                throttle.succeeded(work, source)
        except JoinCodeUnknownError:
            with database.write() as work:
                throttle.failed(work, source)
            raise
        return JoinReply(
            site_id=site.site_id,
            site_name=site.name,
            institution_ko=site.institution.name_ko,
            institution_en=site.institution.name_en,
            consortium=consortium,
            hub_key=keys.signing.public.hex,
            fold_key=keys.fold_key,
        )

    return [link.open("/link/v1/hello", hello), link.joining("/link/v1/join", join)]


def membership_routes(
    link: Link, *, database: Database, keys: KeyDesk, rosters: RosterBook
) -> list[LinkRoute]:
    """``keys``, ``roster`` and ``probe``, from version 2 of the protocol."""

    def offer(call: Call) -> KeyReply:
        with database.write() as work:
            return keys.offer(work, call.site_id, call.message(SignedStatement))

    def versions(call: Call) -> RosterVersions:
        after = call.path["after"]
        if not after.isascii() or not after.isdigit() or len(after) > 9:
            raise InvalidInputError(
                "A version of the roster is a number", hint="Ask for version 0 to get all"
            )
        with database.read() as work:
            return rosters.versions(work, int(after))

    async def receive(request: Request, admitted: Admitted, _none: None) -> Response:
        check_body(admitted.digest, await read_body(request, PROBE_BYTES))
        return Response(status_code=204)

    async def send(_request: Request, _admitted: Admitted, _none: None) -> Response:
        return Response(probe(), media_type="application/octet-stream")

    return [
        link.message("POST", "/link/v1/keys", offer, unlisted=True),
        link.message("GET", "/link/v1/roster/{after}", versions, unlisted=True),
        link.stream("PUT", "/link/v1/probe", _nothing, receive, most_bytes=PROBE_BYTES),
        link.stream("GET", "/link/v1/probe", _nothing, send, most_bytes=0),
    ]


def _nothing(_admitted: Admitted, _path: Mapping[str, str], _size: int) -> None:
    """What is decided about a probe before its body is read."""
