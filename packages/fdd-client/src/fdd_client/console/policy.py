"""The site's policy: read, and signed anew when it is saved."""

from __future__ import annotations

from fastapi import APIRouter

from fdd_client.policy import Policy, load_policy, sign_policy
from fdd_client.settings import SiteFolder

__all__ = ["policy_routes"]


def policy_routes(folder: SiteFolder) -> APIRouter:
    """Routes of the policy page."""
    router = APIRouter()

    @router.get("/policy")
    def read_policy() -> Policy:
        return load_policy(folder)

    @router.put("/policy")
    def save_policy(wanted: Policy) -> Policy:
        sign_policy(folder, wanted)
        return wanted

    return router
