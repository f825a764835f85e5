"""How a command fails: in one line that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from challenges.errors import RuleBroken


@contextmanager
def one_line_on_failure() -> Iterator[None]:
    try:
        yield
    except RuleBroken as error:
        raise click.ClickException(f"refused: {error.key}") from error
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            f"the database does not answer as it should ({type(error).__name__}); "
            "is it there, and was `flask db upgrade` run?"
        ) from error
