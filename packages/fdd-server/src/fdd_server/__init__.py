"""The platform and F/L server of a consortium."""

__version__ = "0.1.0"

__all__ = ["__version__"]
