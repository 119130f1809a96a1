"""The platform from Python."""

from fdd.sdk.client import Platform
from fdd.sdk.errors import OverBudgetError, PlatformRefusedError, PlatformUnreachableError

__all__ = ["OverBudgetError", "Platform", "PlatformRefusedError", "PlatformUnreachableError"]
