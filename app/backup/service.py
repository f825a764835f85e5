"""A backup of the site's database in one file, and the way back from it."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import delete, func, inspect, select, text
from sqlalchemy.engine import URL

from app.accounts.models import LoginSession, User
from app.backup import postgresql, sqlite
from app.backup.errors import BackupRefused
from app.database import BUSY_TIMEOUT_SECONDS, db, writing
from app.write_queue import turn_to_write

Progress = Callable[[int, int], None]


def check_target(target: Path) -> None:
    if target.exists():
        raise BackupRefused(f"{target} exists; name another file, nothing is written over")
    if not target.absolute().parent.is_dir():
        raise BackupRefused(f"there is no folder {target.absolute().parent}")


def take_backup(target: Path, progress: Progress) -> None:
    """While people play; afterwards the file is whole, or there is none."""
    url = db.engine.url
    if is_file(url):
        sqlite.copy_database(_path(url), target, progress)
    else:
        postgresql.dump(url, target, _table_count(), progress)


def revision_of(backup: Path) -> str:
    """Raises BackupRefused for a file that is no backup of this kind of database."""
    if not backup.is_file():
        raise BackupRefused(f"there is no file {backup}")
    kind = sqlite if is_file(db.engine.url) else postgresql
    return kind.revision_of(backup)


def count_people() -> int:
    """How many people the present database holds; 0 in one without tables."""
    if not inspect(db.engine).has_table(User.__tablename__):
        return 0
    return db.session.scalar(select(func.count()).select_from(User)) or 0


def put_file_in_place(prepared: Path) -> None:
    """The whole of a prepared SQLite file at once, also while the site runs."""
    url = db.engine.url
    db.session.remove()
    db.engine.dispose()
    with turn_to_write(url, BUSY_TIMEOUT_SECONDS):
        sqlite.put_in_place(prepared, _path(url), lambda _done, _total: None)


def put_dump_in_place(backup: Path, progress: Progress) -> None:
    """Into a server that nobody else uses meanwhile: between the dump's own transaction and what
    follows it, people who had been erased would be there again."""
    db.session.remove()
    # Those that the pool keeps open for us are no others.
    db.engine.dispose()
    others = db.session.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
    )
    if others:
        raise BackupRefused(f"{others} connections use the database; stop the site first")
    url = db.engine.url
    db.session.remove()
    db.engine.dispose()
    postgresql.put_in_place(backup, url, len(db.metadata.tables), progress)


def sign_everybody_out() -> None:
    """Sessions that had ended since must not live again."""
    with writing():
        db.session.execute(delete(LoginSession))


def is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _path(url: URL) -> Path:
    if not url.database:
        raise BackupRefused("a database in memory has no backup")
    return Path(url.database)


def _table_count() -> int:
    return len(inspect(db.engine).get_table_names())
