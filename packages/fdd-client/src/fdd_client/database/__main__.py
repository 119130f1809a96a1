"""The process that asks: ``python -m fdd_client.database ADDRESS STATEMENT TARGET``, all files.

Its answer is one JSON object on standard output: the number of rows, or why there are none.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fdd_client.database.errors import DatabaseUnreachableError, QueryError

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Ask; the process's exit status."""
    address, statement, target = map(Path, arguments)
    answer: dict[str, object]
    try:
        from fdd_client.database.reading import read_into

        words = statement.read_text("utf-8")
        answer = {"rows": read_into(address.read_text("utf-8"), words, target)}
    except (DatabaseUnreachableError, QueryError) as error:
        answer = _failed(error.detail, error.hint, error.code)
    except ImportError:
        answer = _failed("A driver is missing", "pip install 'fdd-client[sql]'")
    except (OSError, UnicodeDecodeError) as error:
        answer = _failed(f"A file cannot be used: {type(error).__name__}", "Check its path")
    json.dump(answer, sys.stdout)
    return 0


def _failed(detail: str, hint: str, code: str = QueryError.code) -> dict[str, object]:
    return {"failed": {"code": code, "detail": detail, "hint": hint}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
