"""Projects as the interface shows them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from fdd.core.ids import Name
from fdd_server.kernel.views import View

__all__ = ["Charter", "Project"]

_Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
_Purpose = Annotated[str, StringConstraints(max_length=2000)]


class Project(View):
    """A charter: purpose and endpoints."""

    project_id: Name
    name_ko: _Title
    name_en: _Title
    purpose_ko: _Purpose
    purpose_en: _Purpose
    endpoints: tuple[Name, ...] = Field(max_length=256)


class Charter(Project):
    """A project to be added.

    Attributes:
        everyone: Each institution of the consortium is a member, later ones too.
        members: Institutions, where not everyone is.
    """

    everyone: bool = False
    members: tuple[Name, ...] = ()
