"""Static files under a name that changes with their content, so that they may be kept for long."""

from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

STATIC = Path(__file__).parent / "static"
VERSION_LENGTH = 12
LONG = "public, max-age=31536000, immutable"
KEPT = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
FONTS = "fonts"
# What the pages themselves load; pictures come when they are needed.
PAGE_FILES = ("css/*.css", "js/*.js", "vendor/*.js", "icon.svg")
# Written apart, sent together: a phone far away waits for one answer, not for nine.
SITE_SHEET = "css/site.css"
SITE_SHEETS = tuple(
    f"css/{name}.css"
    for name in ("tokens", "base", "layout", "frame", "parts", "week", "league", "pages", "cards")
)


def init_app(app: Flask) -> None:
    app.view_functions["static"] = _send
    app.add_template_global(static_url)
    app.add_template_global(font_url)
    app.after_request(_keep_long)


def static_url(path: str) -> str:
    return url_for("static", filename=path, v=_version(path))


def font_url(name: str) -> str:
    """A font has its version in its name, because a stylesheet cannot ask for the hash."""
    return url_for("static", filename=f"{FONTS}/{name}")


def kept_files() -> list[str]:
    """The addresses of all files that pages are made of, as the pages ask for them."""
    found = sorted(
        path.relative_to(STATIC).as_posix()
        for pattern in PAGE_FILES
        for path in STATIC.glob(pattern)
    )
    own = [path for path in found if path not in SITE_SHEETS]
    fonts = sorted((STATIC / FONTS).glob("*.woff2"))
    return [*map(static_url, [SITE_SHEET, *own]), *(font_url(path.name) for path in fonts)]


def _send(filename: str) -> Response:
    if filename != SITE_SHEET:
        return current_app.send_static_file(filename)
    response = Response(_content(SITE_SHEET), mimetype="text/css")
    response.set_etag(_version(SITE_SHEET))
    response.make_conditional(request)
    return response


@lru_cache
def _content(path: str) -> bytes:
    if path == SITE_SHEET:
        return b"\n".join((STATIC / each).read_bytes() for each in SITE_SHEETS)
    return (STATIC / path).read_bytes()


@lru_cache
def _version(path: str) -> str:
    return sha256(_content(path)).hexdigest()[:VERSION_LENGTH]


def _keep_long(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in KEPT and _is_this_version():
        response.headers["Cache-Control"] = LONG
    return response


def _is_this_version() -> bool:
    """While a new release is rolled out, an old worker is asked for names that it does not have."""
    path = (request.view_args or {})["filename"]
    return path.startswith(f"{FONTS}/") or request.args.get("v") == _version(path)
