"""A real organisation moves in: from an empty database to the first check-in, by way of the pages
and of mail that really arrives."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask_migrate import upgrade
from playwright.sync_api import Page, expect
from sqlalchemy import make_url

from tests.browser.conftest import Site, served
from tests.browser.test_accessible import WIDE
from tests.browser.test_main_path import form
from tests.browser.test_moving_in import WRONG, messy, upload
from tests.browser.test_planning import drag, titles, week
from tests.post_office import PostOffice, link_in

PASSWORD = "kaffe utan socker"
INVITED = "person7@firma.se"
STEPS = 6


def sqlite(request: pytest.FixtureRequest) -> str:
    return f"sqlite:///{request.getfixturevalue('tmp_path') / 'empty.db'}"


def postgresql(request: pytest.FixtureRequest) -> str:
    """A database of its own beside that of the other tests."""
    url: str = request.getfixturevalue("postgresql_url")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS moving")
        connection.execute("CREATE DATABASE moving")
    return make_url(url).set(database="moving").render_as_string(hide_password=False)


@pytest.fixture(params=[sqlite, pytest.param(postgresql, marks=pytest.mark.soak)])
def empty(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site where nobody is yet."""
    monkeypatch.setenv("FIKALIGAN_SECRET_KEY", "only-for-tests")
    with served(request.param(request), demo=False) as site:
        with site.app.app_context():
            upgrade()
        yield site


def test_a_new_organisation_moves_in_and_plays(
    empty: Site, open_page: Callable[..., Page], tmp_path: Path
):
    lead = open_page(base_url=empty.url, viewport=WIDE)
    set_up(empty, lead)
    read_in(lead, tmp_path / "personal.csv")
    tell_of_fika(lead)
    plan(lead)
    look_at_the_mail_and_note_the_negotiation(lead)

    office = PostOffice(empty.app)
    link = invite(lead, office)
    phone = open_page(base_url=empty.url)
    come_in(phone, link)

    lead.goto("/admin/season")
    lead.get_by_role("button", name="Starta säsongen").click()
    expect(lead.get_by_role("heading", name="Allt är klart")).to_be_visible()

    join_and_check_in(phone, empty)
    lead.reload()
    expect(lead.get_by_text("1 deltagare.")).to_be_visible()
    lead.goto("/admin/log")
    for words in ("läste in en lista", "planerade en säsong", "bjöd in 400", "startade säsongen"):
        expect(lead.get_by_text(words)).to_be_visible()


def follow(page: Page, step: str, done: int) -> None:
    """The list of what is to be done, on which so much is done, leads to the next step."""
    page.goto("/admin/season")
    expect(page.locator(".first-steps li.done")).to_have_count(done)
    page.locator(".first-steps .btn", has_text=step).click()


def set_up(site: Site, page: Page) -> None:
    printed = site.app.test_cli_runner().invoke(args=["setup-link"]).output
    page.goto(f"/{printed[printed.index('?key=') :].strip()}")
    page.get_by_label("Vad heter ni?").fill("Fikabolaget AB")
    page.get_by_label("Namn").fill("Aisha Warsame")
    page.get_by_label("E-post", exact=True).fill("aisha@firma.se")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Öppna Fikaligan").click()
    expect(page.locator(".first-steps li")).to_have_count(STEPS)


def read_in(page: Page, file: Path) -> None:
    follow(page, "Läs in människorna", 0)
    file.write_bytes(messy(WRONG))
    upload(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("1 rad är fel")
    file.write_bytes(messy())
    upload(page, file)
    page.get_by_role("button", name="Läs in listan").click()
    expect(page.get_by_text("Listan är inläst: 400 nya, 0 ändrade.")).to_be_visible()
    upload(page, file)
    expect(page.get_by_role("heading", level=1)).to_have_text("Allt stämmer redan")
    expect(page.get_by_text("Oförändrade 400")).to_be_visible()
    page.get_by_role("link", name="Till personerna").click()


def tell_of_fika(page: Page) -> None:
    page.get_by_role("link", name="Avdelningar", exact=True).click()
    page.get_by_role("link", name="Avdelning 0").click()
    page.get_by_label("Plats").fill("i köket på plan 2")
    page.get_by_label("Tid").fill("14:30")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_text("Sparat.")).to_be_visible()
    expect(page.get_by_label("Tid")).to_have_value("14:30")


def plan(page: Page) -> None:
    follow(page, "Planera säsongen", 1)
    before = titles(page)
    drag(page, before[0], before[3])
    expect(page.locator(".weeks > li").nth(0)).to_contain_text(before[1])
    page.get_by_role("button", name=f"Flytta upp: {before[0]}").click()
    expect(page.locator("#challenges > li").nth(2)).to_contain_text(before[0])
    expect(week(page, 52)).to_contain_text("Vilovecka")
    week(page, 2).get_by_role("checkbox", name="Vila").check()
    expect(week(page, 2)).to_contain_text("Vilovecka")
    page.get_by_role("button", name="Spara planen").click()
    expect(page.get_by_text("Planen är sparad.")).to_be_visible()
    expect(page.locator(".weeks .rests")).to_have_count(3)


def look_at_the_mail_and_note_the_negotiation(page: Page) -> None:
    follow(page, "Titta på första mejlet", 2)
    expect(page.get_by_text("Kom med i Fikaligan på Fikabolaget AB")).to_be_visible()
    page.get_by_role("button", name="Skicka ett prov till mig").click()
    follow(page, "Anteckna förhandlingen", 3)
    page.get_by_label("Dag då förhandlingen blev klar").fill("2026-11-20")
    page.get_by_label("Protokollets beteckning").fill("HR 2026/118")
    page.get_by_role("button", name="Anteckna förhandlingen").click()
    expect(page.get_by_text("Protokoll: HR 2026/118.")).to_be_visible()


def invite(page: Page, office: PostOffice) -> str:
    """The path of one of the links that arrive; the page sees the mails leave by itself."""
    page.get_by_role("link", name="Inbjudningar").click()
    page.get_by_role("button", name="Bjud in alla 400 som inte fått någon").click()
    expect(page.get_by_text("0 av 400 inbjudningar är skickade")).to_be_visible()
    with office.open():
        mails = {mail["To"]: mail for mail in office.deliver()}
    expect(page.get_by_text("Alla 400 inbjudningar är skickade")).to_be_visible()
    assert mails["aisha@firma.se"]["Subject"].startswith("Prov: ")
    assert len(mails) == 401
    return link_in(mails[INVITED])


def come_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Kom in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Snart dukar vi")


def join_and_check_in(page: Page, site: Site) -> None:
    page.goto("/")
    expect(page.get_by_text("Du spelar för Lag 0.")).to_be_visible()
    page.get_by_role("button", name="Jag vill vara med").click()
    expect(page.get_by_text("Den öppnar måndag 30 november")).to_be_visible()
    site.clock.move(days=6)
    page.goto("/week")
    pledge, report = form(page, "pledge"), form(page, "check-in")
    pledge.get_by_role("radio").nth(0).check()
    pledge.get_by_role("radio", name="7", exact=True).check()
    page.get_by_role("button", name="Jag är med").click()
    report.get_by_role("radio", name="3", exact=True).first.check()
    report.get_by_role("checkbox", name="Avdelning 1").check()
    page.get_by_role("button", name="Checka in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"Du gissade 7\.\s*Det blev 3\.")
    )
    expect(page.get_by_text("15 poäng")).to_be_visible()
