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


def init_app(app: Flask) -> None:
    app.add_template_global(static_url)
    app.after_request(_keep_long)


def static_url(path: str) -> str:
    return url_for("static", filename=path, v=_version(path))


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
    # Fonts carry a version in their name, because a stylesheet cannot ask for the hash.
    return path.startswith("fonts/") or request.args.get("v") == _version(path)
