"""`flask import-people`, as an operator or a nightly job runs it."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries import find_user_by_email
from app.audit.models import AuditEntry
from app.database import db
from tests.app.roster.files import ANNA, BO, crowd, csv, xlsx


def run(app: Flask, file: Path, *options: str, answer: str = "") -> Result:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["import-people", str(file), *options], input=answer)
    db.session.rollback()
    return result


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(User)) or 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(csv(ANNA, BO))
    return path


def test_it_says_what_it_would_do_asks_and_does_it(app: Flask, file: Path):
    refused = run(app, file, answer="n\n")
    assert refused.exit_code == 1
    assert "2 new, 0 changed, 0 unchanged" in refused.output
    assert people() == 0
    done = run(app, file, answer="y\n")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Done.")
    assert people() == 2
    assert db.session.scalars(select(AuditEntry.by_command)).all() == [True]


def test_it_can_be_run_every_night(app: Flask, file: Path):
    assert run(app, file, "--yes").exit_code == 0
    again = run(app, file, "--yes")
    assert again.exit_code == 0
    assert "0 new, 0 changed, 2 unchanged" in again.output
    assert people() == 2


def test_a_dry_run_changes_nothing(app: Flask, file: Path):
    result = run(app, file, "--dry-run")
    assert (result.exit_code, people()) == (0, 0)
    assert "2 new" in result.output


def test_leavers_are_named_by_number_and_closed_only_when_told(app: Flask, file: Path):
    run(app, file, "--yes")
    file.write_bytes(csv(BO))
    result = run(app, file, "--yes")
    assert "1 not in the file, left as they are" in result.output
    assert run(app, file, "--yes", "--close-leavers").exit_code == 0
    anna = find_user_by_email("anna.aberg@firma.se")
    assert anna is not None
    assert anna.disabled_at is not None


def test_wrong_rows_are_listed_and_stop_it(app: Flask, file: Path):
    file.write_bytes(csv(ANNA, ("", "Utan", "", "IT", "Bryggarna", "")))
    result = run(app, file, "--yes")
    assert result.exit_code == 1
    assert "row 3: The email address is missing." in result.output
    assert "1 row needs correcting; nothing was changed" in result.output
    assert people() == 0


def test_an_unreadable_file_is_refused_in_one_line(app: Flask, file: Path):
    file.write_bytes(csv(("198112189876", *ANNA[1:])))
    result = run(app, file, "--yes")
    assert result.exit_code == 1
    assert result.output.startswith("Error: Row 2: the column “Anställningsnummer” holds Swedish")
    assert "9876" not in result.output


def test_a_spreadsheet_is_taken_too_and_the_bar_fills(app: Flask, tmp_path: Path):
    file = tmp_path / "people.xlsx"
    file.write_bytes(xlsx(*crowd(300)))
    result = run(app, file, "--yes")
    assert result.exit_code == 0
    assert "People" in result.output
    assert people() == 300
