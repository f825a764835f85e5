"""SQLite's own online backup: one consistent moment, taken and put back while people write."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from app.backup.errors import BackupRefused

Progress = Callable[[int, int], None]

PAGES_A_STEP = 256
BUSY_SECONDS = 10


def copy_database(source: Path, target: Path, progress: Progress) -> None:
    """The source as it is now, in a file of its own that needs no log beside it.

    It gets its name only when it is whole, and is read by its owner alone.
    """
    draft = target.with_name(f"{target.name}-draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with closing(_opened(source)) as live, closing(sqlite3.connect(draft)) as copy:
            # Its view stays that of this moment; otherwise every write would start the copy anew.
            live.execute("BEGIN")
            live.execute("SELECT 1 FROM sqlite_master").fetchone()
            live.backup(copy, pages=PAGES_A_STEP, progress=_as_done(progress))
            copy.execute("PRAGMA journal_mode = DELETE")
        revision_of(draft)
        os.replace(draft, target)
    except sqlite3.Error as error:
        raise BackupRefused(f"{source} could not be copied: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def put_in_place(source: Path, target: Path, progress: Progress) -> None:
    """The target's content becomes the source's, in one transaction that everybody who has it open
    sees as a whole or not at all."""
    with closing(_opened(source)) as copy, closing(_opened(target)) as live:
        try:
            # All pages at once: between two steps somebody could read or write.
            copy.backup(live, pages=-1, progress=_as_done(progress))
        except sqlite3.OperationalError as error:
            raise BackupRefused(
                f"the database is too busy to be replaced ({error}); stop the site and try again"
            ) from error
        live.execute("PRAGMA journal_mode = WAL")
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def revision_of(path: Path) -> str:
    """Which migration the file is at. Raises BackupRefused unless it is a whole database of this
    site."""
    try:
        with closing(_opened(path)) as database:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
            revision = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.DatabaseError, TypeError) as error:
        raise BackupRefused(f"{path} is no whole database of Fikaligan ({error})") from error
    if found != "ok":
        raise BackupRefused(f"{path} is damaged: {found}")
    return revision


def _opened(path: Path) -> sqlite3.Connection:
    """Opened only where it is there: a mistyped name must not make an empty database."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _as_done(progress: Progress) -> Callable[[int, int, int], None]:
    return lambda _status, remaining, total: progress(total - remaining, total)
