"""What every write route refuses: a missing token, a foreign origin, a wrong method, junk."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.access import Access, access_of
from tests.house.conftest import House
from tests.house.routes import EXAMPLES, path_of, rules
from tests.house.test_pages import Outline
from tests.house.test_routes import OPEN

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# A newcomer who has joined is none any more, and who has signed out is a stranger: these come last.
CHANGE_THE_ROLE = ("/join", "/logout")
# A mail program presses this link for its reader; the token in the address is proof enough.
FROM_ANYWHERE = {"mail.stop_it"}
JUNK = {
    "not UTF-8": b"\xff\xfe\xc3\x28",
    "NUL": b"a\x00b",
    "control characters": b"\x01\x02\x1b[31m\r\n\t",
    "lone surrogate": b"\xed\xa0\x80",
    "right to left": "\u202e\u200f".encode(),
    "a long number": b"9" * 400,
    "a format string": b"%(x)s{0}{{7*7}}",
    "a path": b"../../../../etc/passwd",
    "brackets": b"[::1",
    "full width digits": "１２３".encode(),
}


def writes(app: Flask) -> list:
    return [rule for rule in rules(app) if "POST" in (rule.methods or ())]


def writes_of_our_pages(app: Flask) -> list:
    return [rule for rule in writes(app) if rule.endpoint not in FROM_ANYWHERE]


def test_every_cell_of_role_route_and_method_is_as_declared(house: House):
    """Allowed ones are let in, others sent away or refused, and a wrong method is 405 to all."""
    wrong = []
    paths: dict[str, set[str]] = {}
    access: dict[tuple[str, str], Access | None] = {}
    for rule in rules(house.app):
        path = path_of(house.app, rule, house.world)
        paths.setdefault(path, set()).update(rule.methods or ())
        for method in rule.methods or ():
            access[path, method] = access_of(house.app, rule.endpoint)
    for role, browser in house.browsers.items():
        for path, methods in sorted(paths.items(), key=lambda each: each[0] in CHANGE_THE_ROLE):
            for method in METHODS:
                answer = browser.open(path, method=method)
                cell = f"{role} {method} {path}: {answer.status_code}"
                if method not in methods:
                    is_right = answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
                elif access[path, method] in OPEN[role]:
                    is_right = not _is_refused(answer) or path in ("/", "/join")
                else:
                    is_right = _is_refused(answer)
                if not is_right:
                    wrong.append(cell)
    assert wrong == [], "declare the view's access in app/access.py as it is meant to be"


def _is_refused(answer) -> bool:
    target = answer.headers.get("Location", "")
    is_sent_away = answer.status_code == 303 and target.startswith(("/login?", "/join"))
    return answer.status_code == HTTPStatus.FORBIDDEN or is_sent_away or target == "/login"


@pytest.fixture
def guarded(house: House) -> House:
    """With the protection that the other tests switch off."""
    house.app.config["WTF_CSRF_ENABLED"] = True
    return house


def test_no_write_is_taken_without_its_token(guarded: House):
    taken = [
        f"{role} {rule.rule}: {status}"
        for role, browser in guarded.browsers.items()
        for rule in writes_of_our_pages(guarded.app)
        if (status := browser.post(path_of(guarded.app, rule, guarded.world)).status_code) != 400
    ]
    assert taken == [], "leave these routes under Flask-WTF's CSRFProtect"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_no_write_is_taken_from_elsewhere_even_with_a_token(
    guarded: House, headers: dict[str, str]
):
    taken = []
    for role, browser in guarded.browsers.items():
        token = _token(browser)
        for rule in writes_of_our_pages(guarded.app):
            path = path_of(guarded.app, rule, guarded.world)
            answer = browser.post(path, data={"csrf_token": token}, headers=headers)
            if answer.status_code != HTTPStatus.BAD_REQUEST:
                taken.append(f"{role} {rule.rule}: {answer.status_code}")
    assert taken == [], "app/security.py refuses foreign origins before any view"


def test_a_write_with_token_and_own_origin_is_taken(guarded: House):
    """Otherwise the two tests above would prove nothing."""
    browser = guarded.browsers["participant"]
    answer = browser.post(
        "/week/2/away",
        data={"csrf_token": _token(browser), "away": "yes"},
        headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/week/2")


def _token(browser: FlaskClient) -> str:
    body = browser.get("/privacy").get_data(as_text=True)
    return body.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_every_htmx_address_and_form_leads_to_a_route(house: House):
    adapter = house.app.url_map.bind("")
    headers: list[dict[str, str]] = [{}, {"HX-Request": "true", "HX-Request-Type": "partial"}]
    lost = set()
    for browser in house.browsers.values():
        for path in ("/", "/login", "/join", "/week", "/week/1", "/me", "/me/settings"):
            for each in headers:
                outline = Outline(browser.get(path, headers=each).get_data(as_text=True))
                lost |= {
                    f"{path}: {method} {target}"
                    for method, target in outline.requests
                    if not adapter.test(target.partition("?")[0], method)
                }
    assert lost == set(), "no route takes what this form or hx-attribute sends"


def test_a_fragment_replaces_exactly_what_it_targets(house: House):
    for role in ("author", "participant"):
        answer = house.browsers[role].get(
            "/week", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
        )
        outline = Outline(answer.get_data(as_text=True))
        assert outline.targets
        assert outline.targets <= outline.ids, "the answer must carry the id that is swapped"


Send = Callable[[FlaskClient, bytes], int]


def _in_query(browser: FlaskClient, junk: bytes) -> int:
    quoted = "".join(f"%{byte:02x}" for byte in junk)
    return browser.get(f"/login?next={quoted}&{quoted}=1").status_code


def _in_path(browser: FlaskClient, junk: bytes) -> int:
    quoted = "".join(f"%{byte:02x}" for byte in junk)
    statuses = [
        browser.get(f"{start}{quoted}").status_code for start in ("/", "/week/", "/badges/")
    ]
    return max(statuses)


def _in_form(browser: FlaskClient, junk: bytes) -> int:
    fields = ("mission", "actual", "recalled", "met", "person", "happened_on", "note", "expected")
    quoted = "".join(f"%{byte:02x}" for byte in junk)
    body = "&".join(f"{field}={quoted}" for field in (*fields, "language", "email", "away"))
    paths = ("/week/1/pledge", "/week/1/check-in", "/week/2/away", "/language", "/login")
    return max(
        browser.post(path, data=body, content_type="application/x-www-form-urlencoded").status_code
        for path in paths
    )


def _in_cookie(browser: FlaskClient, junk: bytes) -> int:
    value = junk.decode("latin-1").replace("\r", "").replace("\n", "")
    return (
        browser.application.test_client(use_cookies=False)
        .get("/week", headers={"Cookie": f"session={value}; {value}={value}"})
        .status_code
    )


def _in_headers(browser: FlaskClient, junk: bytes) -> int:
    value = junk.decode("latin-1").replace("\r", "").replace("\n", "")
    names = ("Accept-Language", "Referer", "Origin", "X-Request-ID", "HX-Request", "User-Agent")
    return max(
        browser.post("/language", data={"language": "sv"}, headers={name: value}).status_code
        for name in names
    )


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
@pytest.mark.parametrize("send", [_in_query, _in_path, _in_form, _in_cookie, _in_headers])
def test_junk_is_never_our_mistake(house: House, send: Send, junk: bytes):
    assert send(house.browsers["participant"], junk) < 500


def test_junk_in_every_part_of_every_path_is_not_found(house: House):
    browser = house.browsers["lead"]
    for rule in rules(house.app):
        for name in rule.arguments:
            assert name in EXAMPLES, "give tests/house/routes.py an example for this value"
            for junk in ("%ff%fe", "9" * 40, "-1", "%00", "%2e%2e"):
                path = path_of(house.app, rule, house.world)
                pieces = rule.rule.split("/")
                filled = [junk if "<" in piece else piece for piece in pieces]
                method = "GET" if "GET" in (rule.methods or ()) else "POST"
                answer = browser.open("/".join(filled), method=method)
                assert answer.status_code in (400, 404), (path, junk)
