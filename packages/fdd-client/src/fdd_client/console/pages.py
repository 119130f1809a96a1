"""The built pages and the entrance; every other address gets ``index.html``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from fdd_client.console.access import COOKIE, Access
from fdd_client.console.errors import PageNotFoundError

__all__ = ["page_routes"]

_STATIC: Final = Path(__file__).with_name("static")
_FOREVER: Final = "public, max-age=31536000, immutable"
_NEVER: Final = "no-cache"
_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>FDD</title>
<body style="font:16px/1.6 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1>FDD</h1>
<p lang="ko">{ko}</p>
<p>{en}</p>
"""
_NOT_BUILT: Final = _PAGE.format(
    ko="콘솔이 실행 중입니다. 화면은 아직 빌드되지 않았습니다. 저장소에서 <code>make ui</code> 를 "
    "실행한 뒤 새로 고치십시오.",
    en="The console is running. Its pages have not been built yet: run <code>make ui</code> in the "
    "repository and reload.",
)
_NO_TICKET: Final = _PAGE.format(
    ko="이 주소는 한 번만, 잠시 동안만 쓸 수 있습니다. <code>fdd-client console</code> 을 다시 "
    "시작하고 새로 출력된 주소를 여십시오.",
    en="This link works once and for a short time. Start <code>fdd-client console</code> again and "
    "open the link that it prints.",
)


def page_routes(access: Access, static: Path = _STATIC) -> APIRouter:
    """The routes of the pages; they come last, because one of them matches everything."""
    router = APIRouter(include_in_schema=False)

    @router.get("/enter")
    def enter(request: Request, ticket: str = "") -> Response:
        if access.knows(request.cookies.get(COOKIE, "")):
            return RedirectResponse("/", 303)
        session = access.enter(ticket)
        if session is None:
            return HTMLResponse(_NO_TICKET, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, session, path="/", httponly=True, samesite="strict")
        return answer

    @router.get("/{path:path}")
    def read_page(path: str) -> Response:
        file = _file(static, path)
        if file is not None:
            hashed = file.parent.name == "assets"
            return FileResponse(file, headers={"Cache-Control": _FOREVER if hashed else _NEVER})
        if path.startswith("console/") or "." in path.rsplit("/", 1)[-1]:
            raise PageNotFoundError
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
