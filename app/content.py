"""The game's content as it stands: what is shipped, in the organisation's own words.

It is kept in memory. Which version the database has comes with the statement that every page
begins with, so that an edit shows in all workers at their next page.
"""

from flask import Flask, current_app, g
from werkzeug.local import LocalProxy

from app.wording.queries import own_catalogue, text_version
from challenges.catalogue import Catalogue, load_catalogue


def init_app(app: Flask) -> None:
    app.extensions["shipped"] = app.extensions["catalogue"] = load_catalogue()
    app.extensions["content_version"] = 0
    app.context_processor(lambda: {"content_version": known_version()})
    # As a template finds it: whatever is in use when it is asked.
    app.jinja_env.globals["catalogue"] = LocalProxy(catalogue)


def catalogue() -> Catalogue:
    """The content in use; asks which version that is only where no page has told already."""
    if "content_version" not in g:
        note_version(text_version())
    if g.content_version != current_app.extensions["content_version"]:
        version, found = own_catalogue(shipped())
        current_app.extensions["catalogue"] = found
        current_app.extensions["content_version"] = version
        g.content_version = version
    return current_app.extensions["catalogue"]


def shipped() -> Catalogue:
    """The content as it comes with the site."""
    return current_app.extensions["shipped"]


def known_version() -> int:
    """The version in use, as far as it is known without asking."""
    return g.get("content_version", current_app.extensions["content_version"])


def note_version(version: int) -> None:
    """What the database says of its version during this request."""
    g.content_version = version
