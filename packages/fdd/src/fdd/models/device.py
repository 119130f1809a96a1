"""Where networks compute: on the processor, or on a graphics processor if that is asked for.

The processor is the default, because there the same seed gives the same bits. A graphics processor
adds numbers up in an order of its own, so that two trainings differ in the last digits. Weights
come back to the processor: what is stored, sent and served is the same in both cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, get_args

from fdd.core.errors import ExitCode, FddError

__all__ = ["Device", "DeviceError", "chosen", "computing_on", "resolved"]

Place = Literal["cpu", "cuda"]
Device = Literal["cpu", "cuda", "auto"]
"""``auto``: a graphics processor where torch sees one, else the processor."""

_chosen: Final[ContextVar[Place]] = ContextVar("fdd_device", default="cpu")


class DeviceError(FddError):
    """Networks are to compute on a device that is not here."""

    code = "FDD-1403"
    status = 501
    exit_code = ExitCode.USAGE
    title = "The device to train on is not here"


def resolved(wanted: str) -> Place:
    """``cpu`` or ``cuda``: what a wish means on this machine.

    Raises:
        DeviceError: if there is no such kind of device, or torch sees none.
    """
    if wanted not in get_args(Device):
        raise DeviceError(
            f"There is no device '{wanted[:32]}'",
            hint=f"Choose one of: {', '.join(get_args(Device))}",
            device=wanted[:32],
        )
    if wanted == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if wanted == "auto":
        return "cpu"
    raise DeviceError(
        f"torch {torch.__version__} sees no graphics processor",
        hint="Install a driver and a CUDA build of torch, or say cpu or auto",
        device=wanted,
    )


@contextmanager
def computing_on(wanted: str) -> Iterator[Place]:
    """Inside, networks of this thread train and predict on a device; gives its name.

    Raises:
        DeviceError: see ``resolved``.
    """
    token = _chosen.set(resolved(wanted))
    try:
        yield _chosen.get()
    finally:
        _chosen.reset(token)


def chosen() -> Place:
    """``cpu`` or ``cuda``: where networks compute now."""
    return _chosen.get()
