"""The commands that look after the data: what the night does, backup and restore."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from app import clock
from app.backup import service, sqlite
from app.backup.errors import BackupRefused
from app.config import Settings
from app.content import catalogue
from app.database import db, empty_log
from app.erased import ErasedList
from app.extensions import migrations
from app.failures import one_line_on_failure
from app.rhythm.erasing import erase_again
from app.rhythm.nightly import run_night

FILE = click.Path(path_type=Path, dir_okay=False)

Progress = Callable[[int, int], None]


def init_app(app: Flask) -> None:
    for command in (nightly, backup, restore):
        app.cli.add_command(command)


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    with click.progressbar(length=1, label=label) as bar:

        def move(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        yield move
        bar.update((bar.length or 1) - bar.pos)


@click.command("nightly")
@with_appcontext
def nightly() -> None:
    """Erase who asked for it a week ago, forget what has had its time, and count.

    Counted are the shared goal and what each team may know of its own open rounds. Running it
    twice is harmless.
    """
    with one_line_on_failure(), _bar("Erasing") as move:
        night = run_night(clock.now, move)
    if night.erasures.erased:
        click.echo(f"Erased: {night.erasures.erased}.")
    if night.erasures.waiting:
        click.echo(
            f"Waiting for an overdue round, run `flask close-round`: {night.erasures.waiting}."
        )
    click.echo("Counted." if night.is_counted else "No season is running.")
    if not night.is_log_empty:
        click.echo("The database's log is in use; what was erased leaves it next night.")


@click.command("backup")
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole database to FILE, while people play.

    FILE must not exist. It holds everything private: keep it as safe as the database.
    """
    with one_line_on_failure():
        service.check_target(file)
        with _bar("Backup") as move:
            service.take_backup(file, move)
    click.echo(f"Written and checked: {file}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Replace a database that people use.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Put the backup FILE in the database's place.

    What has happened since is lost. Migrations are run, everybody is signed out, and whoever has
    been erased since the backup is erased again.
    """
    with one_line_on_failure():
        _check(file)
        people = service.count_people()
        if people and not yes:
            raise BackupRefused(
                f"the database holds {people} people; back it up, then add --yes to replace it"
            )
        if service.is_file(db.engine.url):
            _restore_file(file)
        else:
            with _bar("Restore") as move:
                service.put_dump_in_place(file, move)
            _make_ready(ErasedList.of(db.engine.url))
    click.echo("Restored. Run `flask verify` to see that everything agrees.")


def _check(file: Path) -> None:
    known = {each.revision for each in migrations().walk_revisions()}
    if service.revision_of(file) not in known:
        raise BackupRefused(f"{file} was made by a newer release; install that one first")


def _restore_file(file: Path) -> None:
    """Made ready beside the database, so that nobody erased is ever there again to be read."""
    database = Path(db.engine.url.database or "")
    erased = ErasedList.of(db.engine.url)
    prepared = database.with_name(f"{database.name}-restoring")
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _bar("Restore") as move:
            sqlite.copy_database(file, prepared, move)
        settings = current_app.extensions["settings"]
        with _site_on(settings.model_copy(update={"database_url": f"sqlite:///{prepared}"})):
            _make_ready(erased)
            empty_log()
        service.put_file_in_place(prepared)
    finally:
        for leftover in database.parent.glob(f"{prepared.name}*"):
            leftover.unlink()


@contextmanager
def _site_on(settings: Settings) -> Iterator[None]:
    """The site as it is, but on another database."""
    # Not above: create_app wires this module and cannot be there while it is loaded.
    from app import create_app

    site = create_app(settings, clock=current_app.extensions["clock"])
    with site.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _make_ready(erased: ErasedList) -> None:
    upgrade()
    service.sign_everybody_out()
    with _bar("Erasing again") as move:
        done = erase_again(
            erased,
            catalogue(),
            dashboards=current_app.extensions["settings"].dashboards,
            now=clock.now(),
            progress=move,
        )
    if done.waiting:
        raise BackupRefused(
            f"{done.waiting} people who had been erased are in this backup, and a round that "
            "cannot be closed keeps them there; it must not be used until that is mended"
        )
    if done.erased:
        click.echo(f"Erased again: {done.erased}.")
