"""``fdd demo``: a whole consortium on this machine, with real processes, TLS and molecules."""

from fdd.cli.demo.command import run

__all__ = ["run"]
