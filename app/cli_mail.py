"""Commands of the mail room: sending what is due, inviting somebody, the key to the setup page."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.accounts import service as accounts
from app.accounts import setup
from app.accounts.emails import is_email, kept
from app.accounts.invitations import AlreadyCame, invite_again
from app.accounts.queries import find_user_by_email
from app.audit.service import Action, By, record
from app.cli import user
from app.config import CONSOLE, Settings, read_settings
from app.database import writing
from app.failures import one_line_on_failure
from app.i18n import time_zone
from app.installation import language_of_new
from app.notifications.queries import State
from app.notifications.sending import NoConnection
from app.rhythm.mailing import MailNotSetUp, send_due_mail, transport_of

SERVE_ADDRESS = "http://127.0.0.1:8000"


def init_app(app: Flask) -> None:
    user.add_command(user_invite)
    for command in (send_mail, setup_link):
        app.cli.add_command(command)


@click.command("send-mail")
@with_appcontext
def send_mail() -> None:
    """Send every mail that is due, to FIKALIGAN_MAIL_URL; in the demo onto the screen.

    The worker does it every minute.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.mail_url not in ("", CONSOLE):
        _key_of(settings)
    try:
        transport = transport_of(settings, click.echo)
    except MailNotSetUp as error:
        raise click.ClickException(str(error)) from error
    with one_line_on_failure(), click.progressbar(length=1, label="Mail") as bar:

        def move(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        try:
            ended = send_due_mail(settings, transport, clock.now, time_zone(), move)
        except NoConnection as error:
            raise click.ClickException(
                f"the mail server does not take us in ({error}); what is due stays due"
            ) from error
    click.echo(
        f"Sent {ended[State.SENT]}, to be tried again {ended[State.PENDING]}, "
        f"given up {ended[State.GIVEN_UP]}."
    )


def _key_of(settings: Settings) -> str:
    """The key that the site has, too. One that a command made for itself would make dead links."""
    if not settings.demo and not read_settings().secret_key:
        raise click.ClickException("set FIKALIGAN_SECRET_KEY as the site has it, or use its .env")
    return settings.secret_key


@click.command("invite")
@click.argument("email")
@click.option("--name", help="Whom the mail greets; the address says it when not given.")
@with_appcontext
def user_invite(email: str, name: str | None) -> None:
    """Invite somebody by mail, with a new account where there is none."""
    if not is_email(kept(email)):
        raise click.ClickException(f"{email} is no e-mail address")
    secret_key = _key_of(current_app.extensions["settings"])
    by = By(None, clock.now())
    with one_line_on_failure(), writing():
        found = find_user_by_email(email)
        if found is None:
            found = accounts.create_user(
                email,
                name or email.partition("@")[0],
                language=language_of_new(),
                now=by.now,
            )
            record(by, Action.PERSON_ADDED, person_id=found.id)
        try:
            _user, is_new = invite_again(found.id, secret_key=secret_key, now=by.now)
            if is_new:
                record(by, Action.PERSON_INVITED, person_id=found.id)
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
