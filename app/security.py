"""What every answer carries, and where a write may come from."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf import CSRFProtect

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR = 31_536_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.config |= {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The token lives as long as the session, so that a page left open loses nothing typed.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
    }
    app.before_request(_check_origin)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _check_origin() -> None:
    """A browser says where a write comes from; anything but this site is refused."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(HTTPStatus.BAD_REQUEST)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in _own_hosts():
        abort(HTTPStatus.BAD_REQUEST)


def _own_hosts() -> set[str]:
    base_url = current_app.extensions["settings"].base_url
    return {urlsplit(base_url).netloc} if base_url else {request.host}


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.extensions["settings"].is_https:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    if request.endpoint != "static":
        response.vary.update(["Cookie"])
        # Only somebody already looked up: asking now could fail again where the database is gone.
        viewer = g.get("_login_user")
        is_signed_in = viewer is not None and viewer.is_authenticated
        private = is_signed_in or request.method not in SAFE_METHODS
        response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
    return response


def safe_path(target: str | None) -> str | None:
    """The target if it is a path of this site, else None: `//host`, `\\host` and friends are not.

    Browsers drop tabs and line breaks and read a backslash as a slash, so none may occur.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(not character.isprintable() for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
