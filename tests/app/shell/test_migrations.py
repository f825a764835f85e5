from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from app import create_app
from app.accounts.models import LoginSession, User
from app.accounts.service import create_user, start_session
from app.database import db, writing
from tests.conftest import NOW, settings_for

TABLE_REMAKE = """
import sqlalchemy as sa
from alembic import op

revision = "remake"
down_revision = {down_revision!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("user", recreate="always") as table:
        table.add_column(sa.Column("nickname", sa.String(20)))
    {then}


def downgrade() -> None:
    pass
"""


@pytest.fixture
def fresh(tmp_path: Path):
    """A migrated SQLite database of its own."""
    site = create_app(settings_for(f"sqlite:///{tmp_path / 'fresh.db'}"))
    with site.app_context():
        upgrade()
        yield site
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_exactly_the_models(app: Flask):
    check()


def test_the_first_migration_can_be_taken_back(fresh: Flask):
    downgrade(revision="base")
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    assert "user" in sa.inspect(db.engine).get_table_names()


def test_migrations_never_import_the_site():
    versions = Path(__file__).parents[3] / "migrations" / "versions"
    for path in versions.glob("*.py"):
        assert "import app" not in path.read_text(), f"{path.name}: write the type out instead"
        assert "from app" not in path.read_text(), f"{path.name}: write the type out instead"


def with_one_more(site: Flask, tmp_path: Path, then: str = "pass") -> str:
    """A copy of the migrations with one more, which makes the table of users anew."""
    real = Path(site.extensions["migrate"].directory)
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in real.rglob("*"):
        if path.suffix in (".py", ".ini", ".mako"):
            (folder / path.relative_to(real)).write_text(path.read_text())
    with db.engine.connect() as connection:
        head = MigrationContext.configure(connection).get_current_revision()
    (folder / "versions" / "remake.py").write_text(
        TABLE_REMAKE.format(down_revision=head, then=then)
    )
    return str(folder)


def columns_of_user() -> set[str]:
    return {each["name"] for each in sa.inspect(db.engine).get_columns("user")}


def test_remaking_a_table_keeps_the_rows_that_point_to_it(fresh: Flask, tmp_path: Path):
    with writing():
        start_session(create_user("one@demo.example", "One", now=NOW).id, now=NOW)
    db.session.remove()
    upgrade(with_one_more(fresh, tmp_path))
    assert "nickname" in columns_of_user()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoginSession)) == 1
    assert db.session.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_a_migration_that_breaks_off_leaves_everything_as_it_was(fresh: Flask, tmp_path: Path):
    with writing():
        create_user("one@demo.example", "One", now=NOW)
    db.session.remove()
    folder = with_one_more(fresh, tmp_path, then='raise OSError("the power went")')
    with pytest.raises(OSError, match="the power went"):
        upgrade(folder)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
    assert "nickname" not in columns_of_user()


def test_a_migration_that_would_leave_orphans_is_not_kept(fresh: Flask, tmp_path: Path, caplog):
    with writing():
        start_session(create_user("one@demo.example", "One", now=NOW).id, now=NOW)
    db.session.remove()
    folder = with_one_more(fresh, tmp_path, then="op.execute('DELETE FROM \"user\"')")
    with pytest.raises(SystemExit):
        upgrade(folder)
    assert "login_session" in caplog.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
