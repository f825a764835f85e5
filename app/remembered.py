"""Markup that many are shown alike is made once and remembered.

Its key is the language, the version of the content and everything that it shows, so there is
nothing to invalidate: after a closing, or under a new name, it is another key. Whoever asks gives
all that may be in it, because a macro of a file reads neither the request nor who is looking (a
house test holds them to that).
Never remember what a person wrote or did: it would outlive her erasure.
"""

from functools import lru_cache

from flask import Flask
from jinja2 import Template, pass_context
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from app.content import known_version
from app.i18n import language

# The largest, a team's row in the league, has seven kilobytes.
REMEMBERED = 2048


class SiteTemplate(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """The macros of a file, made once. Jinja would compare all globals of both templates at
        every import, an eighth of a page's time; here all templates have the same ones."""
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    app.jinja_env.template_class = SiteTemplate
    # All templates stay, there are few. Jinja's own cache searches a queue at every look-up.
    app.jinja_env.cache = {}

    @lru_cache(REMEMBERED)
    def make(
        _language: str, _content: int, template: str, macro: str, what: tuple[object, ...]
    ) -> Markup:
        return getattr(app.jinja_env.get_template(template).module, macro)(*what)

    @app.template_global()
    @pass_context
    def remembered(context: Context, template: str, macro: str, *what: object) -> Markup:
        """What that macro makes of `what` in the reader's language."""
        # Both are in the context of a page, which asks for some forty of these.
        reader = context.get("locale") or language()
        content = context.get("content_version")
        if content is None:
            content = known_version()
        return make(reader, content, template, macro, what)
