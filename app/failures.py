"""How a command fails: in one line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.backup.errors import BackupRefused
from challenges.errors import RuleBroken


@contextmanager
def one_line_on_failure() -> Iterator[None]:
    try:
        yield
    except RuleBroken as error:
        detail = f" ({error})" if str(error) else ""
        raise click.ClickException(f"refused: {error.key}{detail}") from error
    except BackupRefused as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'the disk'}: {error.strerror}") from error
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            f"the database does not answer as it should ({type(error).__name__}); "
            "is it there, and was `flask db upgrade` run?"
        ) from error
