"""Institutions, sites and invitations over HTTP."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request

from fdd.core.ids import SiteId
from fdd_server.kernel import Database
from fdd_server.kernel.identity import Caller, requires
from fdd_server.kernel.views import Items
from fdd_server.sites.joining import JoiningDesk
from fdd_server.sites.permissions import CONTROL, INVITE, READ
from fdd_server.sites.schemas import (
    Cordon,
    Institution,
    InstitutionDraft,
    Invitation,
    InvitationDraft,
    Site,
)
from fdd_server.sites.service import SiteService

__all__ = ["site_routes"]


def site_routes(
    database: Database,
    service: SiteService,
    joining: JoiningDesk,
    public_url: Callable[[], str],
) -> APIRouter:
    """The routes of this slice."""
    router = APIRouter(tags=["sites"])

    @router.get("/sites", dependencies=[requires(READ)])
    def list_sites() -> Items[Site]:
        with database.read() as work:
            return Items(items=tuple(service.sites(work)))

    @router.get("/institutions", dependencies=[requires(READ)])
    def list_institutions() -> Items[Institution]:
        with database.read() as work:
            return Items(items=tuple(service.institutions(work)))

    @router.post("/institutions", status_code=201, dependencies=[requires(INVITE)])
    def add_institution(draft: InstitutionDraft, request: Request) -> Institution:
        caller: Caller = request.state.caller
        with database.write() as work:
            return service.add_institution(work, caller.actor, draft.name_ko, draft.name_en)

    @router.post("/join-codes", status_code=201, dependencies=[requires(INVITE)])
    def invite_site(draft: InvitationDraft, request: Request) -> Invitation:
        caller: Caller = request.state.caller
        with database.write() as work:
            return joining.invite(
                work, caller.actor, draft.institution_id, draft.site_name, public_url()
            )

    @router.post("/sites/{site_id}/replacement", status_code=201, dependencies=[requires(INVITE)])
    def replace_site(site_id: SiteId, request: Request) -> Invitation:
        caller: Caller = request.state.caller
        with database.write() as work:
            return joining.replace(work, caller.actor, site_id, public_url())

    @router.put("/sites/{site_id}/cordon", status_code=204, dependencies=[requires(CONTROL)])
    def cordon_site(site_id: SiteId, cordon: Cordon, request: Request) -> None:
        caller: Caller = request.state.caller
        with database.write() as work:
            service.cordon(work, caller.actor, site_id, cordon.reason)

    @router.delete("/sites/{site_id}/cordon", status_code=204, dependencies=[requires(CONTROL)])
    def uncordon_site(site_id: SiteId, request: Request) -> None:
        caller: Caller = request.state.caller
        with database.write() as work:
            service.cordon(work, caller.actor, site_id, None)

    @router.post("/sites/{site_id}/revoke", status_code=204, dependencies=[requires(CONTROL)])
    def revoke_site(site_id: SiteId, request: Request) -> None:
        caller: Caller = request.state.caller
        with database.write() as work:
            service.revoke(work, caller.actor, site_id)

    return router
