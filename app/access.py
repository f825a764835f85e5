"""Who may open what: every view declares it, and what declares nothing is refused."""

from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.htmx import redirect_page

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ATTRIBUTE = "access"


class Access(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed-in"
    PARTICIPANT = "participant"
    MANAGER = "manager"
    LEAD = "lead"


def public(view: View) -> View:
    return _declare(view, Access.PUBLIC)


def signed_in(view: View) -> View:
    return _declare(view, Access.SIGNED_IN)


def participant(view: View) -> View:
    """Signed in and joined; others are shown how to join."""
    return _declare(view, Access.PARTICIPANT)


def manager(view: View) -> View:
    """Manages a team or a department."""
    return _declare(view, Access.MANAGER)


def lead(view: View) -> View:
    return _declare(view, Access.LEAD)


def _declare(view: View, access: Access) -> View:
    setattr(view, ATTRIBUTE, access)
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the endpoint's view declares; None is refused to everybody."""
    if endpoint == "static":
        return Access.PUBLIC
    return getattr(app.view_functions.get(endpoint), ATTRIBUTE, None)


def init_app(app: Flask) -> None:
    app.before_request(_check_access)


def _check_access() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(HTTPStatus.FORBIDDEN)
    if access is Access.PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect_page(url_for("accounts.login", next=_path_to_return_to()))
    if access is Access.LEAD and not current_user.is_lead:
        abort(HTTPStatus.FORBIDDEN)
    if access is Access.MANAGER and not current_user.is_manager:
        abort(HTTPStatus.FORBIDDEN)
    if access is Access.PARTICIPANT and not current_user.has_joined:
        return redirect_page(url_for("seasons.join"))
    return None


def _path_to_return_to() -> str | None:
    """A page to come back to; a refused write has none, its form is gone."""
    return request.full_path.rstrip("?") if request.method == "GET" else None
