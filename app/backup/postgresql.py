"""PostgreSQL's own tools, which come with its client: pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy.engine import URL

from app.backup.errors import BackupRefused

Progress = Callable[[int, int], None]

DUMPING = "dumping contents of table"
COPYING = b"COPY "
END_OF_ROWS = "\\."
# Also tables that the backup does not know, because it is older than they are.
DROP_ALL = b"""
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE %I CASCADE', name);
  END LOOP;
END $$;
"""


def dump(url: URL, target: Path, tables: int, progress: Progress) -> None:
    """One consistent moment in pg_dump's custom format; `tables` is how many there are to come."""
    draft = target.with_name(f"{target.name}-draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    command = _command("pg_dump", url, "--format=custom", "--verbose", f"--file={draft}")
    last, done = "", 0
    try:
        with _process(command, url, stderr=subprocess.PIPE) as process:
            for line in process.stderr or ():
                last = line.decode(errors="replace").strip() or last
                done += DUMPING in last
                progress(min(done, tables), tables)
        _check(process, last)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def put_in_place(source: Path, url: URL, tables: int, progress: Progress) -> None:
    """What is there is replaced, in one transaction."""
    options = ("--single-transaction", "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--quiet")
    reading = [_tool("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(source)]
    done = 0
    with (
        TemporaryFile() as errors,
        _process(_command("psql", url, *options), url, stdin=subprocess.PIPE, stderr=errors) as sql,
        _process(reading, url, stdout=subprocess.PIPE, stderr=errors) as script,
    ):
        assert sql.stdin is not None and script.stdout is not None  # noqa: S101, PT018 - asked for
        try:
            sql.stdin.write(DROP_ALL)
            for line in script.stdout:
                sql.stdin.write(line)
                done += line.startswith(COPYING)
                progress(min(done, tables), tables)
            if script.wait():
                # Without its end the script must not be kept.
                sql.kill()
        except BrokenPipeError:
            script.kill()
        with suppress(BrokenPipeError):
            sql.stdin.close()
        sql.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    _check(script if script.returncode else sql, said[0] if said else "")
    progress(tables, tables)


def revision_of(source: Path) -> str:
    """Which migration the dump's database was at. Raises BackupRefused for any other file."""
    options = ("--data-only", "--table=alembic_version", "--file=-", str(source))
    found = subprocess.run(  # noqa: S603 - the tool by its full path, its arguments are ours
        [_tool("pg_restore"), *options], capture_output=True, text=True, check=False
    )
    lines = found.stdout.splitlines()
    if found.returncode or END_OF_ROWS not in lines:
        raise BackupRefused(f"{source} is no backup of Fikaligan made by pg_dump")
    return lines[lines.index(END_OF_ROWS) - 1]


def _command(name: str, url: URL, *options: str) -> list[str]:
    address = url.set(drivername="postgresql", password=None).render_as_string()
    return [_tool(name), f"--dbname={address}", *options]


@contextmanager
def _process(
    command: list[str],
    url: URL,
    *,
    stderr: int | IO[bytes],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """The password goes by the environment: everybody on the machine may read a command line."""
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    environment = {**os.environ, **secret}
    with subprocess.Popen(  # noqa: S603 - as above
        command, env=environment, stdin=stdin, stdout=stdout, stderr=stderr
    ) as process:
        yield process


def _check(process: subprocess.Popen[bytes], said: str) -> None:
    if process.returncode:
        raise BackupRefused(said or f"{Path(str(process.args)).name} failed")


def _tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise BackupRefused(f"{name} is not installed; it comes with PostgreSQL's client programs")
    return path
