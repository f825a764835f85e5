"""Pins and plates depend on nothing but what they show: each is drawn once and remembered.

A league of thirty teams shows three hundred of them, and a macro takes longer than a query.
"""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

REMEMBERED = 2048


def init_app(app: Flask) -> None:
    @lru_cache(REMEMBERED)
    def drawn(template: str, macro: str, *what: object) -> Markup:
        """What that macro makes of `what`; it must read neither request nor language."""
        return getattr(app.jinja_env.get_template(template).module, macro)(*what)

    app.add_template_global(drawn)
