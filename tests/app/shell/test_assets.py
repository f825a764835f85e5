import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.assets import LONG, SITE_SHEETS, STATIC

ADDRESS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def test_every_file_a_page_names_is_there_and_may_be_kept_for_a_year(client: FlaskClient):
    addresses = set(ADDRESS.findall(client.get("/login").text))
    assert addresses
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, LONG), address


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000", "?v=abc&v=def"])
def test_a_name_that_does_not_follow_the_content_is_not_kept(client: FlaskClient, query):
    assert client.get(f"/static/css/base.css{query}").headers["Cache-Control"] != LONG


def test_a_file_that_many_share_sets_nobodys_cookie(client: FlaskClient):
    with client.session_transaction() as session:
        session.permanent = True
        session["language"] = "en"
    address = next(a for a in ADDRESS.findall(client.get("/login").text) if "site.css" in a)
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_an_unchanged_file_is_not_sent_twice(client: FlaskClient):
    address = next(a for a in ADDRESS.findall(client.get("/login").text) if "site.css" in a)
    etag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, LONG)


def test_the_name_follows_the_content(app: Flask):
    versions = re.compile(r"v=([0-9a-f]{12})")
    with app.test_request_context():
        one = app.jinja_env.globals["static_url"]("css/base.css")  # pyright: ignore
        other = app.jinja_env.globals["static_url"]("css/tokens.css")  # pyright: ignore
    assert versions.findall(one) != versions.findall(other)
    assert (STATIC / "css/base.css").read_bytes() != (STATIC / "css/tokens.css").read_bytes()


def test_the_pages_sheets_are_sent_together_in_their_order(client: FlaskClient):
    answer = client.get("/static/css/site.css")
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    places = [answer.text.index((STATIC / each).read_text()) for each in SITE_SHEETS]
    assert places == sorted(places)
    on_disk = {path.relative_to(STATIC).as_posix() for path in (STATIC / "css").glob("*.css")}
    assert set(SITE_SHEETS) < on_disk
