"""Accounts as the interface shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import SecretStr, StringConstraints

from fdd_server.kernel.identity import Role
from fdd_server.kernel.views import View

__all__ = ["Account", "Consortium", "Credentials", "Me"]


class Account(View):
    """The signed-in account."""

    id: str
    email: str
    name: str
    role: Role


class Consortium(View):
    """Whose hub this is."""

    name_ko: str
    name_en: str
    demo: bool


class Me(View):
    """What a page asks for first."""

    account: Account
    consortium: Consortium
    server_version: str
    ui_language: Literal["ko", "en"]


class Credentials(View):
    """What is typed to sign in."""

    email: Annotated[str, StringConstraints(max_length=254, strip_whitespace=True)]
    password: SecretStr
