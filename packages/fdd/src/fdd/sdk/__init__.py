"""The platform from Python."""

from fdd.sdk.client import Platform
from fdd.sdk.errors import PlatformRefusedError, PlatformUnreachableError

__all__ = ["Platform", "PlatformRefusedError", "PlatformUnreachableError"]
