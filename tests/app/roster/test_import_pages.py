"""The lead uploads a list, looks at it and applies it, in the browser."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.accounts.queries import find_user_by_email
from app.database import db, writing
from app.roster.models import Upload
from app.roster.reading import LARGEST_FILE
from tests.app.roster.files import ANNA, BO, crowd, csv, xlsx
from tests.conftest import NOW, FrozenClock
from tests.factories import World

START = "/admin/people/import"
PERSONAL_NUMBER = "811218-9876"


@pytest.fixture
def lead(app: Flask, sign_in) -> FlaskClient:
    return sign_in(World(NOW).person(is_lead=True))


def upload(browser: FlaskClient, body: bytes, name: str = "people.csv") -> TestResponse:
    """As a browser sends it; the test client would leave a temporary file open."""
    head = f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return browser.post(
        START,
        data=head.encode() + body + b"\r\n--cut--\r\n",
        content_type="multipart/form-data; boundary=cut",
    )


def preview(browser: FlaskClient, body: bytes, name: str = "people.csv") -> tuple[str, str]:
    """The path of the preview and its page."""
    answer = upload(browser, body, name)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    return path, browser.get(path).get_data(as_text=True)


def digest_of(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(("body", "name"), [(csv(ANNA, BO), "a.csv"), (xlsx(ANNA, BO), "a.xlsx")])
def test_a_list_is_looked_at_and_then_applied(lead: FlaskClient, body: bytes, name: str):
    path, page = preview(lead, body, name)
    assert "Så här skulle det bli" in page
    assert "Anna Åberg" in page
    assert find_user_by_email("anna.aberg@firma.se") is None
    answer = lead.post(f"{path}/apply", data={"digest": digest_of(page)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people")
    assert "Listan är inläst: 2 nya, 0 ändrade." in lead.get("/admin/people").get_data(as_text=True)
    assert find_user_by_email("anna.aberg@firma.se") is not None
    assert lead.get(path).status_code == 404
    _path, again = preview(lead, body, name)
    assert "Allt stämmer redan" in again
    assert "Läs in listan" not in again.partition("Rad för rad")[0].partition("<h1>")[2]


def test_a_wrong_row_is_shown_with_its_reason_and_nothing_can_be_applied(lead: FlaskClient):
    path, page = preview(lead, csv(ANNA, ("", "Utan", "", "IT", "Bryggarna", "")))
    assert "1 rad är fel" in page
    assert "rad 3" in page
    assert "E-postadressen saknas." in page
    assert "digest" not in page
    assert lead.post(f"{path}/apply", data={"digest": "guessed"}).status_code == 409
    assert find_user_by_email("anna.aberg@firma.se") is None


def test_leavers_are_proposed_and_closed_only_with_the_tick(app: Flask, lead: FlaskClient):
    preview_path, page = preview(lead, csv(ANNA, BO))
    lead.post(f"{preview_path}/apply", data={"digest": digest_of(page)})
    path, page = preview(lead, csv(BO))
    assert "Stäng också kontot för 1 person" in page
    listed = lead.get(f"{path}?show=leavers").get_data(as_text=True)
    assert "Anna Åberg" in listed
    lead.post(f"{path}/apply", data={"digest": digest_of(page)})
    anna = find_user_by_email("anna.aberg@firma.se")
    assert anna is not None
    assert anna.disabled_at is None
    path, page = preview(lead, csv(BO))
    lead.post(f"{path}/apply", data={"digest": digest_of(page), "closes_leavers": "yes"})
    db.session.refresh(anna)
    assert anna.disabled_at == NOW


def test_a_preview_that_is_no_longer_true_is_shown_anew(app: Flask, lead: FlaskClient):
    path, page = preview(lead, csv(ANNA))
    with writing():
        db.session.add(User(email="anna.aberg@firma.se", name="Anna", created_at=NOW))
    answer = lead.post(f"{path}/apply", data={"digest": digest_of(page)})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Något har ändrats sedan du såg förhandsgranskningen" in body
    assert "Namn: Anna blir Anna Åberg" in body
    assert digest_of(body) != digest_of(page)
    assert lead.post(f"{path}/apply", data={"digest": digest_of(body)}).status_code == 303


@pytest.mark.parametrize(
    ("body", "name", "message"),
    [
        (b"", "a.csv", "Filen är tom."),
        (b"Namn;Avdelning\nAnna;IT\n", "a.csv", "Rad 1: kolumnen E-post saknas."),
        (b"PK\x03\x04", "a.xlsx", "Kalkylbladet går inte att läsa."),
        (b"x" * (LARGEST_FILE + 1), "a.csv", "Filen är för stor. Den får vara högst 10 MB."),
        (csv((*ANNA[:3], PERSONAL_NUMBER, *ANNA[4:])), "a.csv", "i kolumnen ”Avdelning” står"),
    ],
)
def test_a_refused_file_says_why_and_nothing_of_it_is_kept(
    lead: FlaskClient, body: bytes, name: str, message: str
):
    answer = upload(lead, body, name)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert message in page
    assert PERSONAL_NUMBER not in page
    assert name in page
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_no_file_is_no_list(lead: FlaskClient):
    answer = lead.post(START, data={})
    assert answer.status_code == 422
    assert "Välj en fil först." in answer.get_data(as_text=True)


def test_a_file_far_too_large_is_not_taken_in_at_all(lead: FlaskClient):
    answer = upload(lead, b"x" * (3 * LARGEST_FILE))
    assert answer.status_code == 413
    assert "Filen är för stor" in answer.get_data(as_text=True)


def test_only_a_lead_may_send_more_than_a_form(app: Flask, sign_in):
    for browser in (app.test_client(), sign_in(World(NOW).person())):
        assert upload(browser, b"x" * 100_000).status_code == 413


def test_a_list_is_its_own_leads_alone_and_gone_after_an_hour(
    app: Flask, lead: FlaskClient, sign_in, clock: FrozenClock
):
    path, page = preview(lead, csv(ANNA))
    with writing():
        other = User(email="other@firma.se", name="Other", is_lead=True, created_at=NOW)
        db.session.add(other)
    others = sign_in(other)
    assert others.get(path).status_code == 404
    assert others.post(f"{path}/apply", data={"digest": digest_of(page)}).status_code == 404
    others.post(f"{path}/forget")
    assert lead.get(path).status_code == 200
    clock.move(hours=1)
    assert lead.get(path).status_code == 404


def test_a_list_can_be_thrown_away(lead: FlaskClient):
    path, _page = preview(lead, csv(ANNA))
    assert lead.post(f"{path}/forget").headers["Location"] == START
    assert db.session.scalar(select(func.count()).select_from(Upload)) == 0


def test_a_long_preview_comes_in_sheets_and_by_kind(lead: FlaskClient):
    path, page = preview(lead, csv(*crowd(120), ("", "Utan", "", "IT", "Bryggarna", "")))
    assert page.count('<li>\n      <span class="note num">') == 1
    new = lead.get(f"{path}?show=new&sheet=3").get_data(as_text=True)
    assert new.count('<span class="note num">rad') == 20
    assert "Blad 3 av 3" in new
    assert lead.get(f"{path}?show=new&sheet=4").status_code == 404
    assert lead.get(f"{path}?show=changed").status_code == 404
    assert lead.get(f"{path}?show=nothing").status_code == 404


def test_what_a_file_says_is_escaped(lead: FlaskClient):
    row = ("1", "<script>alert(1)</script>", "a@b.se", "<b>IT</b>", "<i>Lag</i>", "")
    _path, page = preview(lead, csv(row))
    assert "<script>alert" not in page
    assert "<b>IT" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_export_imports_again_as_unchanged(lead: FlaskClient, ending: str, language: str):
    path, page = preview(lead, csv(*crowd(30), ("=1+1", "+Plus", "at@b.se", "@IT", "-Lag", "ja")))
    lead.post(f"{path}/apply", data={"digest": digest_of(page)})
    lead.post("/language", data={"language": language})
    answer = lead.post("/admin/people/export", data={"format": ending})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'2026-11-25.{ending}"')
    lead.post("/language", data={"language": "sv"})
    _path, page = preview(lead, answer.data, f"export.{ending}")
    assert "Allt stämmer redan" in page
    assert "hämtade listan över 32 personer" in lead.get("/admin/log").get_data(as_text=True)


def test_an_export_of_an_unknown_kind_is_refused(lead: FlaskClient):
    assert lead.post("/admin/people/export", data={"format": "pdf"}).status_code == 400
