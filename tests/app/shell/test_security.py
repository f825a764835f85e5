import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.access import public
from app.accounts.models import User
from app.database import db
from tests.conftest import NOW, settings_for
from tests.factories import World

SignIn = Callable[[User], FlaskClient]
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
OWN = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}


@pytest.fixture
def guarded(app: Flask) -> Flask:
    """The site as people meet it, with its check of the form's token."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def https(sqlite_url: str):
    """The site behind one proxy that speaks TLS."""
    settings = settings_for(sqlite_url, base_url="https://fika.example.org/", proxies=1)
    site = create_app(settings)
    yield site.test_client()
    with site.app_context():
        db.engine.dispose()


def test_every_answer_carries_the_strict_headers(app: Flask, sign_in: SignIn):
    app.add_url_rule("/broken", "broken", public(lambda: str(1 / 0)))
    browser = sign_in(World(NOW).person())
    answers = {
        200: browser.get("/me"),
        303: browser.get("/"),
        400: browser.post("/language", data={"language": "tlh"}),
        403: browser.get("/admin/season"),
        404: browser.get("/nowhere"),
        405: browser.get("/logout"),
        500: browser.get("/broken"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Permissions-Policy" in answer.headers
        assert answer.headers["X-Request-ID"]


def test_signed_in_answers_are_not_stored_and_vary_by_cookie(app: Flask, sign_in: SignIn):
    browser = sign_in(World(NOW).person())
    for path in ("/me", "/", "/nowhere", "/week", "/privacy"):
        answer = browser.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Cookie" in answer.headers["Vary"], path
        assert "ETag" not in answer.headers, path


def test_a_fragment_varies_by_what_htmx_asks_for(app: Flask, sign_in: SignIn):
    vary = sign_in(World(NOW).person()).get("/week").headers["Vary"]
    assert {"Cookie", "HX-Request", "HX-Request-Type"} <= {each.strip() for each in vary.split(",")}


def test_a_strangers_page_is_kept_by_no_shared_cache(app: Flask, client: FlaskClient):
    assert client.get("/login").headers["Cache-Control"] == "private, no-cache"


def test_on_tls_the_cookie_is_bound_to_this_host(https: FlaskClient):
    answer = https.get("/login", base_url="https://fika.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_without_tls_nothing_is_promised_about_it(client: FlaskClient):
    answer = client.get("/login")
    assert answer.headers["Set-Cookie"].startswith("session=")
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_write_from_elsewhere_is_refused_even_with_a_right_token(guarded: Flask, headers):
    browser = guarded.test_client()
    token = _token(browser)
    answer = browser.post(
        "/language", data={"language": "en", "csrf_token": token}, headers=headers
    )
    assert answer.status_code == 400
    assert "Skicka igen" not in answer.text


def test_behind_a_proxy_the_own_host_is_that_of_the_settings(https: FlaskClient):
    def write(origin: str) -> int:
        headers = {
            "Origin": origin,
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
        }
        return https.post("/language", data={"language": "en"}, headers=headers).status_code

    https.application.config["WTF_CSRF_ENABLED"] = False
    assert write("https://fika.example.org") == 303
    assert write("https://evil.example") == 400


def test_a_write_needs_the_forms_token(guarded: Flask):
    browser = guarded.test_client()
    assert browser.post("/language", data={"language": "en"}, headers=OWN).status_code == 400
    token = _token(browser)
    right = {"language": "en", "csrf_token": token}
    assert browser.post("/language", data=right, headers=OWN).status_code == 303


def test_a_form_that_lay_too_long_comes_back_with_everything_typed(guarded: Flask):
    typed = {
        "next": "/me",
        "note": 'Vi <pratade> & "skrattade"',
        "met": ["1", "2"],
        "csrf_token": "old",
    }
    browser = guarded.test_client()
    answer = browser.post("/language?from=here", data=typed, headers=OWN)
    assert answer.status_code == 400
    assert answer.text.count('name="met"') == 2
    assert "Vi &lt;pratade&gt; &amp; &#34;skrattade&#34;" in answer.text
    assert "<pratade>" not in answer.text
    assert 'action="/language?from=here"' in answer.text
    assert 'value="old"' not in answer.text
    assert "Skicka igen" in answer.text


def test_a_password_is_not_written_into_the_page_but_asked_for_again(guarded: Flask):
    typed = {"email": "sara@demo.example", "password": "kaffe utan socker", "csrf_token": "old"}
    answer = guarded.test_client().post("/login", data=typed, headers=OWN)
    assert "sara@demo.example" in answer.text
    assert "kaffe utan socker" not in answer.text
    assert 'type="password"' in answer.text


def test_a_form_of_unknown_origin_does_not_come_back_looking_like_ours(guarded: Flask):
    answer = guarded.test_client().post("/language", data={"note": "köp detta"})
    assert answer.status_code == 400
    assert "köp detta" not in answer.text


def test_a_page_left_open_for_a_week_can_still_be_sent(guarded: Flask, clock):
    browser = guarded.test_client()
    token = _token(browser)
    clock.move(days=7)
    answer = browser.post("/language", data={"language": "en", "csrf_token": token}, headers=OWN)
    assert answer.status_code == 303


def _token(browser: FlaskClient) -> str:
    found = TOKEN.search(browser.get("/login").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "path",
    [
        "/week/99999999999999999999",
        "/league/teams/2147483648",
        "/league/teams/99999999999999999999",
        "/badges/%00",
        "/badges/%ff%fe",
        "/badges/" + "x" * 5000,
        "/me?q=%00",
        "/me?%00=q",
        "/%00",
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/static/%00",
    ],
)
def test_junk_in_an_address_is_the_senders_mistake(app: Flask, sign_in: SignIn, path):
    assert 400 <= sign_in(World(NOW).person()).get(path).status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Referer": "http://["},
        {"Cookie": "session=\xff\x00"},
        {"Cookie": "session=eyJfdXNlcl9pZCI6MX0.x.y"},
        {"Accept-Language": "\xff;q=x,*;q=2"},
        {"X-Request-ID": "a b\x01"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "application/json"},
    ],
)
def test_junk_in_a_header_breaks_nothing(client: FlaskClient, headers):
    assert client.post("/language", data={"language": "en"}, headers=headers).status_code < 500


@pytest.mark.parametrize("email", ["a\0b@demo.example", "\ud7ff\uffff@x", "å" * 254, "' OR 1=1 --"])
def test_junk_in_a_form_is_the_senders_mistake(client: FlaskClient, email):
    answer = client.post(
        "/login", data={"email": email, "password": "x\0y" if "\0" in email else "x"}
    )
    assert 400 <= answer.status_code < 500


def test_a_form_larger_than_any_of_ours_is_refused(client: FlaskClient):
    answer = client.post("/login", data={"email": "x" * 70_000})
    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_a_cookie_signed_with_another_key_is_nobodys(app: Flask, sign_in: SignIn):
    browser = sign_in(World(NOW).person())
    app.config["SECRET_KEY"] = "another"
    assert browser.get("/me").status_code == 303
