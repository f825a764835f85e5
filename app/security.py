"""What every answer carries, and where a write may come from."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
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
LONGEST_TARGET = 2000
LARGEST_ID = 2**31 - 1


def id_in(text: str) -> int | None:
    """The id that a form sent; None where it cannot be anybody's."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))):
        return None
    found = int(text)
    return found if 1 <= found <= LARGEST_ID else None


LARGEST_BODY = "largest_body"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

csrf = CSRFProtect()


class StorableInteger(IntegerConverter):
    """A number that fits into a column; no row has a larger one, so it is a page not found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})


class PagesOnly(SecureCookieSessionInterface):
    """A session for pages: files are shared, so they neither set a cookie nor vary by one, whoever
    has looked at the session meanwhile."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def takes_file(largest: int) -> Callable[[View], View]:
    """The view takes a request of up to that many bytes from a programme lead; others may send no
    more to it than a form is long."""

    def mark(view: View) -> View:
        setattr(view, LARGEST_BODY, largest)
        return view

    return mark


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.config |= {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Otherwise every answer sets the cookie anew, also those that a proxy keeps for everybody.
        "SESSION_REFRESH_EACH_REQUEST": False,
        # The token lives as long as the session, so that a page left open loses nothing typed.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
    }
    app.session_interface = PagesOnly()
    if settings.proxies:
        number = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=number, x_proto=number, x_host=number)
    app.url_map.converters["int"] = StorableInteger
    app.before_request(_make_room_for_file)
    app.before_request(_check_origin)
    app.before_request(_refuse_nul)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _make_room_for_file() -> None:
    """Before anything reads the form."""
    view = current_app.view_functions.get(request.endpoint or "")
    largest = getattr(view, LARGEST_BODY, None)
    if largest is not None and current_user.is_authenticated and current_user.is_lead:
        request.max_content_length = largest


def _check_origin() -> None:
    """A browser says where a write comes from; anything but this site is refused."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(HTTPStatus.BAD_REQUEST)
    if "Origin" in request.headers and not _has_own_origin():
        abort(HTTPStatus.BAD_REQUEST)


def is_surely_own() -> bool:
    """Whether the browser itself says that this site's own page sent the request."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or _has_own_origin()


def _has_own_origin() -> bool:
    base_url = current_app.extensions["settings"].base_url
    own_host = urlsplit(base_url).netloc if base_url else request.host
    return split_url(request.headers.get("Origin", "")).netloc == own_host


def base_url() -> str:
    """The site's address, for a link that is shown on a page; the demo has none of its own and is
    opened where it happens to run."""
    return current_app.extensions["settings"].base_url or request.host_url.rstrip("/")


def split_url(url: str) -> SplitResult:
    """The parts of an address that anybody may have written; all empty where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _refuse_nul() -> None:
    """PostgreSQL stores no NUL, and no keyboard types one."""
    typed = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any("\0" in name or "\0" in value for name, value in typed):
        abort(HTTPStatus.BAD_REQUEST)


def _add_headers(response: Response) -> Response:
    # No view sets one of them; asking whether it has would compare every name with all others.
    response.headers.extend(HEADERS)
    if current_app.extensions["settings"].is_https:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    if request.endpoint != "static":
        response.vary.update(["Cookie"])
        # Only somebody already looked up: asking now could fail again where the database is gone.
        viewer = g.get("_login_user")
        is_signed_in = viewer is not None and viewer.is_authenticated
        is_error = response.status_code >= HTTPStatus.BAD_REQUEST
        private = is_signed_in or is_error or request.method not in SAFE_METHODS
        response.headers.setdefault("Cache-Control", "no-store" if private else "private, no-cache")
    return response


def safe_path(target: str | None) -> str | None:
    """The target if it is a path of this site, else None: `//host`, `\\host` and friends are not.

    Browsers drop tabs and line breaks and read a backslash as a slash, so none may occur.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if len(target) > LONGEST_TARGET:
        return None
    if "\\" in target or any(not character.isprintable() for character in target):
        return None
    parts = split_url(target)
    return None if parts.scheme or parts.netloc else target
