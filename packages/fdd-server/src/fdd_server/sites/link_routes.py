"""The link's routes for a site that is not known yet."""

from __future__ import annotations

from fdd.protocol.messages import Hello, JoinReply, JoinRequest
from fdd.protocol.versions import WINDOW
from fdd_server import __version__
from fdd_server.kernel import Clock, Database, ServerSettings
from fdd_server.kernel.keys import HubKeys
from fdd_server.kernel.link import Link, LinkRoute, RequestHead, check_body
from fdd_server.kernel.messages import parse_message
from fdd_server.kernel.throttle import Throttle
from fdd_server.sites.errors import JoinCodeUnknownError
from fdd_server.sites.gate import SiteGate
from fdd_server.sites.service import SiteService

__all__ = ["joining_routes"]


def joining_routes(
    link: Link,
    *,
    database: Database,
    settings: ServerSettings,
    keys: HubKeys,
    clock: Clock,
    gate: SiteGate,
    service: SiteService,
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
                site = service.join(work, request)
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
