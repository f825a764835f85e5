import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.accounts.passwords import is_password_right
from app.database import db

PASSWORD = "kaffe utan socker"


def create(app: Flask, *more: str, password: str = PASSWORD):
    command = ["user", "create", "Maria@example.org", "Maria Ek", "--password", password, *more]
    return app.test_cli_runner().invoke(args=command)


@pytest.mark.parametrize(("more", "is_lead"), [((), False), (("--lead",), True)])
def test_an_operator_creates_the_first_user(app: Flask, more, is_lead):
    result = create(app, *more)
    assert result.exit_code == 0, result.output
    user = db.session.scalars(sa.select(User)).one()
    assert (user.email, user.name, user.is_lead) == ("maria@example.org", "Maria Ek", is_lead)
    assert is_password_right(user.password_hash, PASSWORD)


@pytest.mark.parametrize("password", ["short", "password1234", "x" * 300])
def test_a_refused_password_creates_nobody(app: Flask, password):
    result = create(app, password=password)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert password not in result.output
    assert db.session.scalars(sa.select(User)).all() == []


def test_a_taken_address_is_named(app: Flask):
    create(app)
    result = create(app)
    assert result.exit_code == 1
    assert "maria@example.org has an account already" in result.output
