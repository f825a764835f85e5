"""From an empty installation, and from an invitation in the mail, to a seat: on a phone, with
JavaScript and without, by people who may need a screen reader."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade
from playwright.sync_api import Page, expect

from app.accounts import setup
from app.database import writing
from tests.browser.conftest import Site, served
from tests.browser.test_accessible import SMALLEST, WIDE, found_on, sign_in
from tests.conftest import NOW
from tests.post_office import PostOffice, link_in

PASSWORD = "kaffe utan socker"
SCHEMES = pytest.mark.parametrize(
    ("javascript", "scheme", "screen"),
    [(True, "light", SMALLEST), (False, "dark", WIDE)],
    ids=["htmx", "no-javascript"],
)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """A site where nobody is yet."""
    with served(f"sqlite:///{tmp_path / 'empty.db'}", demo=False) as site:
        with site.app.app_context():
            upgrade()
        yield site


@SCHEMES
def test_the_first_lead_moves_in(
    empty: Site, open_page: Callable[..., Page], javascript: bool, scheme: str, screen
):
    with empty.app.app_context(), writing():
        key = setup.make_key(now=NOW)
    page = open_page(
        base_url=empty.url, java_script_enabled=javascript, color_scheme=scheme, viewport=screen
    )
    page.goto(f"/?key={key}")
    found = found_on(page) if javascript else []
    page.get_by_label("Vad heter ni?").fill("Fikabolaget AB")
    page.get_by_label("Var är ni?").select_option("Europe/Helsinki")
    page.get_by_label("Namn").fill("Aisha Warsame")
    page.get_by_label("E-post", exact=True).fill("aisha@fika.example")
    page.get_by_label("Lösenord").fill("kort")
    page.get_by_role("button", name="Öppna Fikaligan").click()
    expect(page.get_by_text("Ta minst 12 tecken")).to_be_visible()
    expect(page.get_by_label("Vad heter ni?")).to_have_value("Fikabolaget AB")
    expect(page.get_by_label("Var är ni?")).to_have_value("Europe/Helsinki")
    found += found_on(page) if javascript else []
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Öppna Fikaligan").click()
    expect(page.get_by_role("heading", name="Kom igång")).to_be_visible()
    found += found_on(page) if javascript else []
    page.get_by_role("link", name="Titta på första mejlet").click()
    expect(page.get_by_text("Kom med i Fikaligan på Fikabolaget AB")).to_be_visible()
    assert found == []


@SCHEMES
def test_whoever_is_invited_comes_in_on_her_phone(
    site: Site, open_page: Callable[..., Page], javascript: bool, scheme: str, screen
):
    page = open_page(java_script_enabled=javascript, color_scheme=scheme, viewport=screen)
    sign_in(page, "Aisha")
    page.goto("/admin/invitations?search=nils")
    page.get_by_role("button", name="Bjud in Nils").first.click()
    expect(page.get_by_text("mejlet väntar")).to_be_visible()
    found = found_on(page) if javascript else []
    office = PostOffice(site.app)
    with office.open():
        (mail,) = office.deliver()
    page.get_by_role("button", name="Logga ut").click()
    page.goto(link_in(mail))
    found += found_on(page) if javascript else []
    page.get_by_label("Lösenord").fill("kort")
    page.get_by_role("button", name="Kom in").click()
    expect(page.get_by_text("Ta minst 12 tecken")).to_be_visible()
    page.get_by_label("Namn").fill("Nils H")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Kom in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vill du vara med?")
    page.goto("/me/password")
    found += found_on(page) if javascript else []
    page.goto("/me/email")
    page.get_by_label("Ny e-postadress").fill("nils@kaffe.example")
    page.get_by_label("Ditt lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Skicka mejlet").click()
    expect(page.get_by_text("Ett mejl är på väg")).to_be_visible()
    with office.open():
        mails = office.deliver()
    page.goto(next(link_in(mail) for mail in mails if mail["To"] == "nils@kaffe.example"))
    found += found_on(page) if javascript else []
    page.get_by_role("button", name="Ja, byt till den").click()
    expect(page.get_by_text("Från och med nu gäller nils@kaffe.example")).to_be_visible()
    assert found == []


@SCHEMES
def test_a_forgotten_password_and_the_way_in_by_the_organisations_link(
    site: Site, open_page: Callable[..., Page], javascript: bool, scheme: str, screen
):
    page = open_page(java_script_enabled=javascript, color_scheme=scheme, viewport=screen)
    office = PostOffice(site.app)
    page.goto("/login")
    page.get_by_role("link", name="Glömt lösenordet?").click()
    page.get_by_label("E-post").fill("sara@demo.example")
    page.get_by_role("button", name="Skicka en länk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Titta i mejlen")
    with office.open():
        (mail,) = office.deliver()
    page.goto(link_in(mail))
    found = found_on(page) if javascript else []
    page.get_by_label("Nytt lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Byt lösenord").click()
    expect(page.get_by_text("Ditt nya lösenord gäller")).to_be_visible()

    sign_in(page, "Aisha")
    page.goto("/admin/invitations")
    page.get_by_label("Era mejldomäner").fill("kaffe.example")
    page.get_by_role("button", name="Skapa en länk").click()
    link = page.locator("a.long").get_attribute("href")
    assert link
    found += found_on(page) if javascript else []
    page.get_by_role("button", name="Logga ut").click()
    page.goto(link)
    page.get_by_label("E-post på jobbet").fill("ny@te.example")
    page.get_by_role("button", name="Skicka en länk").click()
    expect(page.get_by_text("Använd din jobbadress")).to_be_visible()
    found += found_on(page) if javascript else []
    page.get_by_label("E-post på jobbet").fill("ny@kaffe.example")
    page.get_by_role("button", name="Skicka en länk").click()
    with office.open():
        (mail,) = (mail for mail in office.deliver() if mail["To"] == "ny@kaffe.example")
    page.goto(link_in(mail))
    page.get_by_label("Namn").fill("Ny Kollega")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Kom in").click()
    expect(page.get_by_text("Du har inget lag än")).to_be_visible()
    assert found == []
