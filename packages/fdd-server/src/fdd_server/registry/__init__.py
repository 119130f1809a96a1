"""Models: which checkpoints exist, where they come from, and their bytes."""

from fdd_server.registry.service import ModelRegistry

__all__ = ["ModelRegistry"]
