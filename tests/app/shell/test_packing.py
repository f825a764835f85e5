"""What travels packed, what as it is, and that the reader gets the same."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.assets import LONG

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
TOKEN = re.compile(rb'(name="csrf_token" value=")[^"]+')


@pytest.mark.parametrize("path", ["/login", "/privacy", "/nowhere", "/manifest.webmanifest"])
def test_whoever_unpacks_a_page_reads_what_others_do(client: FlaskClient, path: str):
    same_id = {"X-Request-ID": "the-same-one"}
    plain = client.get(path, headers=same_id)
    packed = client.get(path, headers={**GZIP, **same_id})
    assert "Content-Encoding" not in plain.headers
    if len(plain.data) >= 1000:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) < len(plain.data) / 2
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert _without_token(gzip.decompress(packed.data)) == _without_token(plain.data)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Cookie" in answer.headers["Vary"]


def _without_token(page: bytes) -> bytes:
    """It carries the time."""
    return TOKEN.sub(rb"\1", page)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_that_another_site_asked_for_is_not_packed(client: FlaskClient, site: str):
    """Otherwise its length would tell that site what the page repeats of its own words."""
    answer = client.get("/login", headers={**GZIP, "Sec-Fetch-Site": site})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("refused", ["", "br", "gzip;q=0", "identity"])
def test_whoever_does_not_take_gzip_does_not_get_it(client: FlaskClient, refused: str):
    answer = client.get("/login", headers={"Accept-Encoding": refused})
    assert "Content-Encoding" not in answer.headers


def test_a_file_comes_packed_may_be_kept_and_is_not_sent_twice(app: Flask, client: FlaskClient):
    with app.test_request_context():
        address = app.jinja_env.globals["static_url"]("css/base.css")  # pyright: ignore
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Cache-Control"] == LONG
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        again = client.get(address, headers={**GZIP, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["fonts/fraunces-1.woff2", "icons/apple-touch.png"])
def test_what_is_packed_already_is_sent_as_it_is(client: FlaskClient, path: str):
    answer = client.get(f"/static/{path}", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_a_part_of_a_file_is_a_part_of_what_it_is(client: FlaskClient):
    answer = client.get("/static/css/base.css", headers={**GZIP, "Range": "bytes=0-99"})
    assert (answer.status_code, len(answer.data)) == (206, 100)
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "name",
    [
        "nope.css",
        "..%2fconfig.py",
        "..%2f..%2fpyproject.toml",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "css",
    ],
)
def test_what_is_no_file_of_the_site_is_a_page_not_found(client: FlaskClient, name: str):
    for headers in ({}, GZIP):
        answer = client.get(f"/static/{name}", headers=headers)
        page = gzip.decompress(answer.data) if headers else answer.data
        assert answer.status_code == 404
        assert page.lstrip().startswith(b"<!doctype html>")
        assert b"root:" not in page
