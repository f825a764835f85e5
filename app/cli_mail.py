"""Commands of the mail room: sending what is due, inviting somebody, the key to the setup page."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.accounts import service as accounts
from app.accounts import setup
from app.accounts.emails import is_email
from app.accounts.invitations import AlreadyCame, invite_again
from app.accounts.queries import find_user_by_email
from app.accounts.wishes import answer_wishes
from app.cli import user
from app.config import CONSOLE, Settings, read_settings
from app.database import writing
from app.failures import one_line_on_failure
from app.installation import find_installation, find_organisation_name
from app.notifications.composing import composer
from app.notifications.queries import State
from app.notifications.sending import NoConnection, Transport, sweep
from app.notifications.transport import ConsoleTransport, SmtpTransport, parse_mail_url

# Where the demo is found, when nobody has told.
LOCAL_ADDRESS = "http://127.0.0.1:5000"
SERVE_ADDRESS = "http://127.0.0.1:8000"
DEFAULT_LANGUAGE = "sv"


def init_app(app: Flask) -> None:
    user.add_command(user_invite)
    for command in (send_mail, setup_link):
        app.cli.add_command(command)


@click.command("send-mail")
@with_appcontext
def send_mail() -> None:
    """Send every mail that is due, to FIKALIGAN_MAIL_URL; in the demo onto the screen."""
    settings: Settings = current_app.extensions["settings"]
    transport = _transport(settings)
    if not settings.base_url:
        settings = settings.model_copy(update={"base_url": LOCAL_ADDRESS})
    with one_line_on_failure():
        _answer_wishes(settings)
        with click.progressbar(length=1, label="Mail") as bar:

            def move(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            compose = composer(settings, find_organisation_name())
            try:
                ended = sweep(transport, compose, clock.now, move)
            except NoConnection as error:
                raise click.ClickException(
                    f"the mail server does not take us in ({error}); what is due stays due"
                ) from error
    click.echo(
        f"Sent {ended[State.SENT]}, to be tried again {ended[State.PENDING]}, "
        f"given up {ended[State.GIVEN_UP]}."
    )


def _transport(settings: Settings) -> Transport:
    if settings.mail_url == CONSOLE or (settings.demo and not settings.mail_url):
        return ConsoleTransport(click.echo)
    if not settings.mail_url:
        raise click.ClickException(
            "set FIKALIGAN_MAIL_URL, as in smtp+starttls://user:password@mail.example.org"
        )
    _key_of(settings)
    if not settings.base_url:
        raise click.ClickException("set FIKALIGAN_BASE_URL first: the links in mails lead there")
    try:
        return SmtpTransport(parse_mail_url(settings.mail_url))
    except ValueError as error:
        raise click.ClickException(f"FIKALIGAN_MAIL_URL: {error}") from error


def _key_of(settings: Settings) -> str:
    """The key that the site has, too. One that a command made for itself would make dead links."""
    if not settings.demo and not read_settings().secret_key:
        raise click.ClickException("set FIKALIGAN_SECRET_KEY as the site has it, or use its .env")
    return settings.secret_key


def _answer_wishes(settings: Settings) -> None:
    while True:
        with writing():
            if not answer_wishes(secret_key=settings.secret_key, now=clock.now()):
                return


@click.command("invite")
@click.argument("email")
@click.option("--name", help="Whom the mail greets; the address says it when not given.")
@with_appcontext
def user_invite(email: str, name: str | None) -> None:
    """Invite somebody by mail, with a new account where there is none."""
    if not is_email(email.strip().lower()):
        raise click.ClickException(f"{email} is no e-mail address")
    secret_key = _key_of(current_app.extensions["settings"])
    with one_line_on_failure(), writing():
        found = find_user_by_email(email)
        if found is None:
            organisation = find_installation()
            found = accounts.create_user(
                email,
                name or email.partition("@")[0],
                language=organisation.language if organisation else DEFAULT_LANGUAGE,
                now=clock.now(),
            )
        try:
            invite_again(found.id, secret_key=secret_key, now=clock.now())
        except AlreadyCame as error:
            raise click.ClickException(f"{email} has come in already, or is closed") from error
    click.echo(f"Invited {found.email}. The mail goes out with `flask send-mail`.")


@click.command("setup-link")
@with_appcontext
def setup_link() -> None:
    """Print the link to the setup page, as long as there are no users; it works once."""
    with one_line_on_failure():
        if setup.has_users():
            return
        with writing():
            key = setup.make_key(now=clock.now())
    address = current_app.extensions["settings"].base_url or SERVE_ADDRESS
    click.echo(f"\n  Nobody is here yet. Set it up at\n    {address}/?key={key}\n")
