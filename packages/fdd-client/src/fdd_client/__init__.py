"""The F/L client of a site: outbound only; the site decides what happens here."""

from fdd import __version__

__all__ = ["__version__"]
