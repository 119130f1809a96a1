"""Files that a person hands to the console: kept in memory, read by processes of their own.

A damaged or hostile file can end such a process, not the console; the look at its columns happens
inside the training process's walls, without a network.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from pydantic import BaseModel

from fdd.core.errors import FddError, InvalidInputError
from fdd.data.mapping import ColumnMapping
from fdd.data.names import shown_name
from fdd_client.console.errors import ConsoleFaultError
from fdd_client.console.problems import Problem, ProblemFound, said
from fdd_client.database import query
from fdd_client.sandbox import available
from fdd_client.sandbox.levels import command, environment
from fdd_client.sandbox.preview import Preview
from fdd_client.settings import SiteFolder, SiteFolderError
from fdd_client.vault.memory import memory_folder

__all__ = ["Uploads"]

_ENDINGS: Final = re.compile(r"(?:\.[a-z0-9]{1,8})?\.[a-z0-9]{1,8}\Z")
_QUERY: Final = re.compile(r"\.sql\Z", re.IGNORECASE)
_PREVIEW_SECONDS: Final = 120.0
_PREVIEW_MIB: Final = 8192
_BEAT_SECONDS: Final = 1.0
_IMPORT_SECONDS: Final = 4 * 3600.0


class Uploads:
    """Takes files of one site.

    Args:
        folder: The site.
    """

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder
        self._one_import = threading.Lock()

    def preview(self, name: str, content: IO[bytes]) -> Preview:
        """What the columns of a file seem to hold.

        Raises:
            ProblemFound: if the file cannot be read; it says why.
            SiteFolderError: if it cannot be stored for the look.
        """
        with self._kept(name, content) as file, _named(name):
            levels = available()
            done = _answer(
                command(levels[0] if levels else "none", "preview", file.parent, (), _PREVIEW_MIB),
                environment(),
                "",
                _PREVIEW_SECONDS,
            )
        return Preview.model_validate(done)

    def add(
        self, files: Sequence[tuple[str, IO[bytes]]], dataset: str, mapping: ColumnMapping
    ) -> Generator[dict[str, object], None, None]:
        """Import files as dataset ``dataset``, several as declared splits.

        Args:
            files: Name and content of each; all is read before the first answer.
            dataset: Its name in the vault.
            mapping: Which column holds what.

        Yields:
            Under ``progress`` how many structures of how many are done, last under ``done`` what
            was made; nothing where nothing is new. Closing it stops the import, and the vault is
            as before.

        Raises:
            ProblemFound: if the vault does not take it; it says why.
            SiteFolderError: if it cannot be stored.
        """
        with self._one_import, contextlib.ExitStack() as kept:
            stored = [kept.enter_context(self._kept(name, content)) for name, content in files]
            # Paths, not cells or names: the arguments of a process can be read by others.
            arguments = [str(self._folder.root.resolve()), *map(str, stored)]
            request = {
                "name": dataset,
                "mapping": mapping.model_dump(mode="json"),
                "files": [_QUERY.sub(".parquet", name) for name, _ in files],
            }
            yield from _parts(
                [sys.executable, "-P", "-m", "fdd_client.console.intake", *arguments],
                json.dumps(request),
                _IMPORT_SECONDS,
            )

    def mend(self, request: BaseModel) -> object:
        """What the process of ``mending`` answers.

        Raises:
            ProblemFound: if it cannot be done; it says why.
        """
        with self._one_import:
            return _answer(
                [sys.executable, "-P", "-m", "fdd_client.console.mending",
                 str(self._folder.root.resolve())],
                None,
                request.model_dump_json(),
                _IMPORT_SECONDS,
            )  # fmt: skip

    def _answered(self, statement: Path) -> Path:
        """What the site's database answers to a query, in a folder of its own."""
        target = statement.parent / "answer" / "upload.parquet"
        target.parent.mkdir()
        query(statement, self._folder.database, target)
        return target

    @contextmanager
    def _kept(self, name: str, content: IO[bytes]) -> Iterator[Path]:
        """The file in this user's folder in memory, named only by its ending.

        A query is asked of the site's own database, and its answer takes the query's place.
        """
        ending = _ENDINGS.search(name.lower())
        if ending is None:
            raise InvalidInputError("The file's name has no ending", hint="Rename it, e.g. to .csv")
        try:
            with tempfile.TemporaryDirectory(
                prefix=".upload-", dir=memory_folder(self._folder)
            ) as place:
                file = Path(place) / f"upload{ending[0]}"
                with file.open("wb") as target:
                    shutil.copyfileobj(content, target, 1 << 20)
                yield self._answered(file) if ending[0] == ".sql" else file
        except OSError as error:
            raise SiteFolderError(
                f"The file cannot be stored: {error.strerror}", hint="Free some disk space"
            ) from error


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What goes wrong in the block, told under the file's own name, not the one it is kept by."""
    ending = _ENDINGS.search(name.lower())
    kept, own = f"upload{ending[0] if ending else ''}", shown_name(Path(name))
    try:
        yield
    except ProblemFound as found:
        told = found.problem.model_dump_json(exclude={"type"})
        # Both names inside quotation marks of JSON, so that none can end them.
        renamed = told.replace(json.dumps(kept)[1:-1], json.dumps(own, ensure_ascii=False)[1:-1])
        raise ProblemFound(Problem.model_validate_json(renamed)) from None


def _answer(
    arguments: Sequence[str], variables: dict[str, str] | None, request: str, seconds: float
) -> object:
    """Run a process that answers with one JSON object, ``done`` or ``failed``."""
    try:
        run = subprocess.run(
            arguments,
            env=variables,
            input=request.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a parser complains about may hold cells
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _broken() from error
    return _part(run.stdout).get("done")


def _parts(arguments: Sequence[str], request: str, seconds: float) -> Iterator[dict[str, object]]:
    """Run a process that answers with JSON objects, one a line; the last is ``done``."""
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        asked, answers = process.stdin, process.stdout
        if asked is None or answers is None:
            raise _broken()
        clock = threading.Timer(seconds, process.kill)
        clock.start()
        part: dict[str, object] = {}
        try:
            with contextlib.suppress(BrokenPipeError), asked:
                asked.write(request.encode())
            for line in _lines(answers):
                part = _part(line) if line else {}
                yield part
        finally:
            clock.cancel()
            process.kill()
    if "done" not in part:
        raise _broken()


def _lines(answers: IO[bytes]) -> Iterator[bytes]:
    """Lines of a process; an empty one each second in which it says nothing, for whoever listens
    is only missed when something is sent."""
    rest = b""
    while True:
        if not select.select([answers], [], [], _BEAT_SECONDS)[0]:
            yield b""
            continue
        more = os.read(answers.fileno(), 1 << 16)
        if not more:
            return
        *whole, rest = (rest + more).split(b"\n")
        yield from whole


def _part(line: bytes) -> dict[str, object]:
    try:
        part = json.loads(line)
    except ValueError as error:
        raise _broken() from error
    if not isinstance(part, dict):
        raise _broken()
    if "failed" in part:
        failed = Problem.model_validate(part["failed"])
        # The process inside the walls tells one language; the page has two.
        words = failed.said or said(failed.detail, failed.hint)
        raise ProblemFound(failed.model_copy(update={"said": words}))
    return part


def _broken() -> FddError:
    return ConsoleFaultError(
        "The file ended the process that read it, or took too long",
        hint="Check the file, or import it on the command line: fdd-client data add FILE",
    )
