"""Static files under a name that changes with their content, so that they may be kept for long."""

from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).parent / "static"
VERSION_LENGTH = 12
LONG = "public, max-age=31536000, immutable"
KEPT = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
FONTS = "fonts"
# What the pages themselves load; pictures come when they are needed.
PAGE_FILES = ("css/*.css", "js/*.js", "vendor/*.js", "icon.svg")


def init_app(app: Flask) -> None:
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
    found = sorted(path for pattern in PAGE_FILES for path in STATIC.glob(pattern))
    fonts = sorted((STATIC / FONTS).glob("*.woff2"))
    return [static_url(path.relative_to(STATIC).as_posix()) for path in found] + [
        font_url(path.name) for path in fonts
    ]


@lru_cache
def _version(path: str) -> str:
    return sha256((STATIC / path).read_bytes()).hexdigest()[:VERSION_LENGTH]


def _keep_long(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in KEPT and _is_this_version():
        response.headers["Cache-Control"] = LONG
    return response


def _is_this_version() -> bool:
    """While a new release is rolled out, an old worker is asked for names that it does not have."""
    path = (request.view_args or {})["filename"]
    return path.startswith(f"{FONTS}/") or request.args.get("v") == _version(path)
