import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from tests.conftest import NOW
from tests.factories import World

SignIn = Callable[[User], FlaskClient]


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_a_request_and_never_what_was_typed(client: FlaskClient, capsys):
    client.post("/login?next=/hemlig", data={"email": "hemlig@demo.example", "password": "hemlig"})
    (line,) = lines(capsys)
    assert (line["method"], line["route"], line["status"]) == ("POST", "/login", 422)
    assert line["ms"] > 0
    assert "hemlig" not in json.dumps(line)


def test_the_line_names_the_route_and_not_the_page(app: Flask, sign_in: SignIn, capsys):
    sign_in(World(NOW).person()).get("/badges/hemlig")
    assert [line["route"] for line in lines(capsys)] == ["/badges/<string:slug>"]


def test_health_and_files_write_no_line(client: FlaskClient, capsys):
    client.get("/health/live")
    client.get("/static/icon.svg")
    assert lines(capsys) == []


def test_a_well_formed_request_id_is_passed_on(client: FlaskClient, capsys):
    answer = client.get("/login", headers={"X-Request-ID": "proxy-1234"})
    assert answer.headers["X-Request-ID"] == "proxy-1234"
    assert lines(capsys)[0]["request_id"] == "proxy-1234"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space", "<script>", '"quoted"'])
def test_any_other_request_id_is_replaced(client: FlaskClient, given):
    made = client.get("/login", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert made != given
    assert made.isalnum()
