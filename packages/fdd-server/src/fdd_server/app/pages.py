"""The built pages: static files, and ``index.html`` for every address that the pages route."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response

from fdd_server.kernel.errors import NotFoundError
from fdd_server.kernel.identity import open_to_anyone

__all__ = ["page_routes"]

_STATIC: Final = Path(__file__).with_name("static")
_FOREVER: Final = "public, max-age=31536000, immutable"
_NEVER: Final = "no-cache"
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>FDD</title>
<body style="font:16px/1.6 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1>FDD</h1>
<p lang="ko">서버가 실행 중입니다. 화면은 아직 빌드되지 않았습니다. 저장소에서
<code>make ui</code> 를 실행한 뒤 새로 고치십시오.</p>
<p>The server is running. Its pages have not been built yet: run <code>make ui</code> in the
repository and reload.</p>
"""


def page_routes(static: Path = _STATIC) -> APIRouter:
    """The routes of the pages; they come last, because one of them matches everything."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{path:path}", dependencies=[open_to_anyone()])
    def read_page(path: str) -> Response:
        if path.startswith(("api/", "link/")):
            raise NotFoundError
        file = _file(static, path)
        if file is not None:
            hashed = file.parent.name == "assets"
            return FileResponse(file, headers={"Cache-Control": _FOREVER if hashed else _NEVER})
        if "." in path.rsplit("/", 1)[-1]:
            raise NotFoundError
        index = _file(static, "index.html")
        if index is None:
            return HTMLResponse(_NOT_BUILT)
        return FileResponse(index, headers={"Cache-Control": _NEVER})

    return router


def _file(static: Path, path: str) -> Path | None:
    """The file of a path; None when there is none or it lies outside."""
    if not path or "\0" in path or len(path) > 512:
        return None
    file = (static / path).resolve()
    return file if file.is_file() and file.is_relative_to(static.resolve()) else None
