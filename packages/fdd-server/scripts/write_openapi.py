# noqa: INP001 - a script, not a package
"""Write packages/fdd-server/openapi.json; a test fails when it is not up to date."""

from __future__ import annotations

from pathlib import Path

from fdd_server.app.description import describe

if __name__ == "__main__":
    Path(__file__).parent.with_name("openapi.json").write_text(describe(), "utf-8")
