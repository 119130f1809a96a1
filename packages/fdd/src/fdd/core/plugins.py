"""The registry of components: one file and one line in its package's ``BUILTIN`` table each.

Built-ins are named by ``"module:attribute"`` and imported when asked for, so that naming a
component costs nothing. Third parties use entry points; these run foreign code, so only names that
the server's and the site's policy list are ever loaded.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from fdd.core.errors import UnknownPluginError

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Generic[T]):
    """Names of one kind of component and how to get them.

    Args:
        kind: The word for one such component, such as ``"strategy"``.
        builtin: Name → ``"package.module:attribute"``.
        allowed: Names of third-party components (entry point group ``fdd.<kind>``) that may load.
    """

    def __init__(
        self, kind: str, builtin: Mapping[str, str], allowed: Collection[str] = ()
    ) -> None:
        self.kind = kind
        self._builtin = dict(builtin)
        self._allowed = frozenset(allowed)

    def names(self) -> list[str]:
        """Names of the built-in components, sorted."""
        return sorted(self._builtin)

    def allowing(self, names: Collection[str]) -> Registry[T]:
        """A registry that may also load the third-party components ``names``."""
        return Registry(self.kind, self._builtin, self._allowed | frozenset(names))

    def get(self, name: str) -> T:
        """The component called ``name``.

        Raises:
            UnknownPluginError: if there is none, or it is not allowed here.
        """
        if name in self._builtin:
            module, _, attribute = self._builtin[name].partition(":")
            return cast("T", getattr(importlib.import_module(module), attribute))
        if name in self._allowed:
            for point in entry_points(group=f"fdd.{self.kind}", name=name):
                return cast("T", point.load())
        near = get_close_matches(name, self._builtin, n=3)
        raise UnknownPluginError(
            f"There is no {self.kind} called '{name[:64]}' here",
            hint=f"Choose one of: {', '.join(near or self.names())}",
            kind=self.kind,
            name=name[:64],
        )
