"""From a row of the outbox to a mail: a kind's two templates, one of HTML and one of text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, Policy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Protocol

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2_fragments import render_block

from app.config import Settings
from app.notifications.kinds import SAMPLE, UNSUBSCRIBE, WeekMail
from app.notifications.links import sign, token_of
from app.notifications.sending import Outgoing

FOLDER = "notifications"
# What a sample's links carry: they lead to the page that says so of a dead link.
SAMPLE_TOKEN = "exempel"  # noqa: S105 - opens nothing
PICTURE = "picture"
ONE_CLICK = "List-Unsubscribe=One-Click"

Context = dict[str, Any]
# A kind's picture, a PNG, from what stands in the mail.
Pictures = Mapping[str, Callable[[Mapping[str, Any]], bytes]]


class Unfolded(UnstructuredHeader):
    """An address too long for a line would be encoded, and then no mail program knows it."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # pyright: ignore[reportAttributeAccessIssue] - the registry mixes it in


HEADERS = HeaderRegistry()
HEADERS.map_to_type(UNSUBSCRIBE, Unfolded)  # pyright: ignore[reportArgumentType] - a mixin, as its own are
POLICY = SMTP.clone(header_factory=HEADERS)


def composer(
    settings: Settings, organisation: str | None, pictures: Pictures
) -> Callable[[Outgoing], EmailMessage]:
    """Makes mails whose links lead to the site's own address, whatever host anybody asked for."""

    def compose(mail: Outgoing) -> EmailMessage:
        is_sample = mail.kind == SAMPLE
        kind = mail.payload.get("of", "invitation") if is_sample else mail.kind
        key = None if is_sample else settings.secret_key
        context = context_of(kind, mail, settings.base_url, key)
        message = EmailMessage(policy=POLICY)
        with force_locale(mail.language):
            context["organisation"] = named(organisation)
            line = subject(kind, context)
            message["Subject"] = _("Prov: %(subject)s", subject=line) if is_sample else line
            message.set_content(text(kind, context))
            message.add_alternative(html(kind, context), subtype="html")
            if kind in pictures:
                _add_picture(message, pictures[kind](mail.payload))
        message["From"] = settings.sender
        message["To"] = mail.address
        message["Date"] = format_datetime(mail.created_at)
        message["Message-ID"] = f"<{mail.message_id}@{settings.host}>"
        # Out of office answers would only come back to nobody.
        message["Auto-Submitted"] = "auto-generated"
        if mail.kind in set(WeekMail):
            message[UNSUBSCRIBE] = f"<{context['stop_url']}>"
            message[f"{UNSUBSCRIBE}-Post"] = ONE_CLICK
        return message

    return compose


class Recipient(Protocol):
    """To whom a mail goes, or might go; `payload` is what its templates need."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def language(self) -> str: ...
    @property
    def payload(self) -> Mapping[str, Any]: ...


def context_of(kind: str, mail: Recipient, base_url: str, secret_key: str | None) -> Context:
    """What a kind's templates need. Without a key its links open nothing, as in a sample."""

    def url(endpoint: str, **values: object) -> str:
        return site_url(base_url, endpoint, **values)

    def signed(purpose: str, *values: int | str) -> str:
        return sign(purpose, *values, secret_key=secret_key) if secret_key else SAMPLE_TOKEN

    told = {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value else value
        for name, value in mail.payload.items()
    }
    context = told | {
        "kind": kind,
        "user_id": mail.user_id,
        "locale": mail.language,
        "picture": f"cid:{PICTURE}",
        "site_url": url,
        "signed": signed,
    }
    seed = mail.payload.get("seed")
    context["token"] = token_of(seed, secret_key) if seed and secret_key else SAMPLE_TOKEN
    if kind in set(WeekMail):
        context["stop_url"] = url("mail.stop", token=signed("stop", mail.user_id or 0, kind))
    return context


def _add_picture(message: EmailMessage, png: bytes) -> None:
    """Beside the HTML that shows it, so that nothing is fetched from anywhere."""
    page = message.get_body(("html",))
    if isinstance(page, MIMEPart):
        page.add_related(png, "image", "png", cid=f"<{PICTURE}>", disposition="inline")


def named(organisation: str | None) -> str:
    """What the mail calls where its reader works, in the mail's language."""
    return organisation or _("din arbetsplats")


def site_url(base_url: str, endpoint: str, **values: object) -> str:
    return base_url + current_app.url_map.bind("").build(endpoint, values)


def subject(kind: str, context: Context) -> str:
    """One line, whatever somebody wrote into a name."""
    line = render_block(current_app.jinja_env, f"{FOLDER}/{kind}.txt", "subject", **context)
    return " ".join(line.split())


def text(kind: str, context: Context) -> str:
    return current_app.jinja_env.get_template(f"{FOLDER}/{kind}.txt").render(context)


def page(kind: str, context: Context) -> str:
    """The HTML with its stylesheets still apart, for whatever reads them."""
    return current_app.jinja_env.get_template(f"{FOLDER}/{kind}.html").render(context)


def html(kind: str, context: Context) -> str:
    return _inliner().inline(page(kind, context))


@lru_cache
def _inliner() -> CSSInliner:
    """Mail programs drop stylesheets. The one that says how it looks in the dark stays as it is."""
    return CSSInliner(load_remote_stylesheets=False)
