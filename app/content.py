"""The game's content, loaded once when the site starts."""

from flask import Flask, current_app

from challenges.catalogue import Catalogue, load_catalogue


def init_app(app: Flask) -> None:
    app.extensions["catalogue"] = app.jinja_env.globals["catalogue"] = load_catalogue()


def catalogue() -> Catalogue:
    return current_app.extensions["catalogue"]
