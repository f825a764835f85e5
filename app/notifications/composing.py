"""From a row of the outbox to a mail: a kind's two templates, one of HTML and one of text."""

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2_fragments import render_block

from app.config import Settings
from app.notifications.links import sign, token_of
from app.notifications.sending import Outgoing

FOLDER = "notifications"


def composer(settings: Settings, organisation: str | None) -> Callable[[Outgoing], EmailMessage]:
    """Makes mails whose links lead to the site's own address, whatever host anybody asked for."""

    def compose(mail: Outgoing) -> EmailMessage:
        context = mail.payload | {
            "site_url": lambda endpoint, **values: site_url(settings.base_url, endpoint, **values),
            "signed": lambda purpose, *values: sign(
                purpose, *values, secret_key=settings.secret_key
            ),
            "user_id": mail.user_id,
            "locale": mail.language,
        }
        if seed := mail.payload.get("seed"):
            context["token"] = token_of(seed, settings.secret_key)
        message = EmailMessage(policy=SMTP)
        with force_locale(mail.language):
            context["organisation"] = named(organisation)
            message["Subject"] = subject(mail.kind, context)
            message.set_content(text(mail.kind, context))
            message.add_alternative(html(mail.kind, context), subtype="html")
        message["From"] = settings.sender
        message["To"] = mail.address
        message["Date"] = format_datetime(mail.created_at)
        message["Message-ID"] = f"<{mail.message_id}@{settings.host}>"
        # Out of office answers would only come back to nobody.
        message["Auto-Submitted"] = "auto-generated"
        return message

    return compose


def named(organisation: str | None) -> str:
    """What the mail calls where its reader works, in the mail's language."""
    return organisation or _("din arbetsplats")


def site_url(base_url: str, endpoint: str, **values: object) -> str:
    return base_url + current_app.url_map.bind("").build(endpoint, values)


def subject(kind: str, context: dict[str, Any]) -> str:
    """One line, whatever somebody wrote into a name."""
    line = render_block(current_app.jinja_env, f"{FOLDER}/{kind}.txt", "subject", **context)
    return " ".join(line.split())


def text(kind: str, context: dict[str, Any]) -> str:
    return current_app.jinja_env.get_template(f"{FOLDER}/{kind}.txt").render(context)


def html(kind: str, context: dict[str, Any]) -> str:
    page = current_app.jinja_env.get_template(f"{FOLDER}/{kind}.html").render(context)
    return _inliner().inline(page)


@lru_cache
def _inliner() -> CSSInliner:
    """Mail programs drop stylesheets. The one that says how it looks in the dark stays as it is."""
    return CSSInliner(load_remote_stylesheets=False)
