"""The tree of errors that users meet.

Every error has a stable code, an HTTP status, an exit code for the command line and a page in
``docs/reference/errors/<language>/<code>.md``. ``params`` are safe to show and to log: they never
hold a structure, a secret or a person. The text is English; a page localises by code and params.

Codes: 10xx core · 11xx protocol · 12xx storage and federation · 13xx chemistry and data ·
14xx models and training · 15xx rounds · 2xxx server · 3xxx client · 4xxx command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Param = str | int | float | bool | None
Params = dict[str, Param]


class ExitCode:
    """What a command's exit status says (DESIGN §11)."""

    DONE = 0
    NO = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
    CONFLICT = 5
    FAULT = 70


class FddError(Exception):
    """An error with a stable code; subclasses set the class variables.

    Args:
        detail: What happened, in one English sentence without any structure or secret.
        hint: What to do next; without one, the ``advice`` of the class, which must then have some
            (``scripts/errors.py`` looks).
        params: The same facts as values, for localisation.
    """

    code: ClassVar[str] = "FDD-1000"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = ExitCode.FAULT
    public: ClassVar[bool] = True
    title: ClassVar[str] = "Something failed inside FDD"
    advice: ClassVar[str] = ""

    def __init__(self, detail: str = "", *, hint: str = "", **params: Param) -> None:
        self.detail = detail or self.title
        self.hint = hint or self.advice
        self.params: Params = params
        super().__init__(self.detail)

    def __str__(self) -> str:
        return f"{self.detail} [{self.code}]"


def all_errors() -> dict[str, type[FddError]]:
    """Every error class imported so far, by code.

    Raises:
        ValueError: if two classes claim one code.
    """
    found: dict[str, type[FddError]] = {}
    pending: list[type[FddError]] = [FddError]
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        if "code" not in vars(kind):
            continue
        if kind.code in found and found[kind.code] is not kind:
            raise ValueError(f"{kind.__name__} and {found[kind.code].__name__} share {kind.code}")
        found[kind.code] = kind
    return found


def described(error: FddError) -> dict[str, object]:
    """An error as plain values: how one process tells another what went wrong."""
    return {
        "code": error.code,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "hint": error.hint,
        "params": error.params,
    }


def revived(values: Mapping[str, object]) -> FddError:
    """The error that another process described, as its own kind where that is imported here."""
    kind = all_errors().get(str(values.get("code")), FddError)
    params = values.get("params")
    return kind(
        str(values.get("detail", "")),
        hint=str(values.get("hint", "")),
        **(params if isinstance(params, dict) else {}),
    )


class InvalidInputError(FddError):
    """A value that the caller gave is not acceptable."""

    code = "FDD-1001"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The input is not valid"


class ConfigurationError(FddError):
    """A setting is unknown, missing or has an impossible value."""

    code = "FDD-1002"
    status = 500
    exit_code = ExitCode.USAGE
    title = "The configuration is not valid"


class LayoutMismatchError(FddError):
    """Two sets of arrays do not have the same names, shapes and types."""

    code = "FDD-1003"
    status = 422
    exit_code = ExitCode.NO
    title = "The tensors do not fit together"
    advice = "Both sides must use the same release, model family and options"


class UnknownPluginError(FddError):
    """A component is named that this installation does not have or does not allow."""

    code = "FDD-1004"
    status = 422
    exit_code = ExitCode.USAGE
    title = "No such component"


class SpecError(FddError):
    """A run specification is not valid or combines what cannot be combined."""

    code = "FDD-1005"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The run specification is not valid"
    advice = "Compare with the reference of the run specification (docs/en/run-spec.md)"
