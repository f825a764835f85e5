"""What every answer carries, and where a write may come from."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
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
# A page of the site that shows one of its own documents in a frame.
FRAMING_POLICY = f"{POLICY}; frame-src 'self'"
# That document: only pictures that it brings along, and its stylesheets by their hashes.
FRAMED_POLICY = (
    "default-src 'none'; style-src {styles}; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
STYLE_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
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
FROM_ANYWHERE = "from_anywhere"

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


def from_anywhere(view: View) -> View:
    """The view takes a write that no page of this site sent, because what stands in its address is
    proof enough: as of a mail program that presses a link for its reader (RFC 8058)."""
    csrf.exempt(view)
    setattr(view, FROM_ANYWHERE, True)
    return view


def may_frame() -> None:
    """The answer may show a document of this site in a frame."""
    g.own_headers = HEADERS | {"Content-Security-Policy": FRAMING_POLICY}


def framed(document: str) -> Response:
    """A document of its own with stylesheets in it, for a frame on one of our pages."""
    sheets = [sha256(sheet.encode()).digest() for sheet in STYLE_SHEET.findall(document)]
    styles = " ".join(f"'sha256-{b64encode(each).decode()}'" for each in sheets) or "'none'"
    g.own_headers = HEADERS | {
        "Content-Security-Policy": FRAMED_POLICY.format(styles=styles),
        "X-Frame-Options": "SAMEORIGIN",
    }
    return Response(document, mimetype="text/html")


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
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or getattr(view, FROM_ANYWHERE, False):
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
    response.headers.extend(g.get("own_headers", HEADERS))
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
