"""axe finds nothing on any page, and nothing is wider than a small phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app import create_app
from app.accounts.models import User
from app.checkins.from_mail import PURPOSE
from app.database import db
from app.demo.company import SARA
from app.notifications.links import sign
from app.seasons.queries import get_current_season
from challenges.calendar import open_rounds
from tests.browser.conftest import Site
from tests.browser.pages import DOWNLOADS, LEADS, NEWCOMERS, PUBLIC, SARAS, TOLD
from tests.conftest import settings_for

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COPIED = {"sv-SE": "Adressen är kopierad.", "en-GB": "The address is copied."}
# 320 px is also what is left of a common screen at 400 per cent.
SMALLEST = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}


def violations(page: Page) -> list[str]:
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}})
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]}"
        for each in results.response["violations"]
        for node in each["nodes"]
    ]


def found_on(page: Page, path: str = "") -> list[str]:
    """What is wrong with the page at that path, or with the one that is open."""
    if path:
        page.goto(path)
    found = [f"{path} {each}" for each in violations(page)]
    too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, f"{path} is {too_wide} px wider than the screen"] if too_wide > 0 else found


def sign_in(page: Page, who: str) -> None:
    page.goto("/login")
    page.get_by_role("button", name=who).click()


def test_every_page_without_a_value_in_its_path_is_looked_at():
    app = create_app(settings_for("sqlite://", demo=True))
    paths = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and "." not in rule.rule
        and not rule.endpoint.startswith("health.")
    }
    missing = paths - {*PUBLIC, *SARAS, *LEADS, *NEWCOMERS, *DOWNLOADS}
    assert missing == set(), "add the page to the list of whoever may open it"


# Two of the four tell of both themes, languages and widths; the soak looks at the other pairs.
@pytest.mark.parametrize(
    ("scheme", "locale", "screen"),
    [
        pytest.param("light", "sv-SE", SMALLEST, id="light-sv-320"),
        pytest.param("dark", "en-GB", WIDE, id="dark-en-1280"),
        pytest.param("dark", "sv-SE", SMALLEST, id="dark-sv-320", marks=pytest.mark.soak),
        pytest.param("light", "en-GB", WIDE, id="light-en-1280", marks=pytest.mark.soak),
    ],
)
def test_every_page_is_free_of_violations(
    open_page: Callable[..., Page], scheme: str, locale: str, screen: dict[str, int]
):
    page = open_page(color_scheme=scheme, locale=locale, viewport=screen, reduced_motion="reduce")
    found = [each for path in PUBLIC for each in found_on(page, path)]
    sign_in(page, "Aisha")
    found += [each for path in LEADS for each in found_on(page, path)]
    page.goto("/admin/season")
    page.locator("form[action='/admin/wall'] button").click()
    link = page.locator("a.long").get_attribute("href")
    assert link
    # The screen refreshes itself on purpose: nobody reads it by keyboard, it hangs on a wall.
    found += [each for each in found_on(page, link) if " meta-refresh: " not in each]
    page.context.clear_cookies()
    sign_in(page, "Johan")
    found += found_on(page, "/dashboard")
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found += found_on(page)
    page.context.clear_cookies()
    sign_in(page, "Sara")
    found += [each for path in SARAS for each in found_on(page, path)]
    page.goto("/me/calendar")
    page.locator("form[action='/me/calendar'] button").click()
    page.locator("[data-copy]").click()
    expect(page.get_by_role("status")).to_contain_text(COPIED[locale])
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    found += found_on(page)
    assert found == []


def test_the_stories_of_a_season_are_free_of_violations(open_page: Callable[..., Page], site: Site):
    """Aisha closes one round a week until the season is over; then everything is told."""
    page = open_page(viewport=SMALLEST, reduced_motion="reduce")
    for number in range(5, 10):
        sign_in(page, "Aisha")
        page.goto("/admin/season")
        page.get_by_role("button", name=f"Stäng omgång {number}").click()
        page.context.clear_cookies()
        site.clock.move(weeks=1)
    sign_in(page, "Sara")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [each for path in TOLD for each in found_on(page, path)]
    page.goto("/finale")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack för den här säsongen.")
    page.goto("/me/halfway")
    expect(page.get_by_role("heading", name="Din bästa vecka")).to_be_visible()
    page.goto("/me/book")
    expect(page.get_by_role("button", name="Skriv ut boken")).to_be_visible()
    assert found == []


def test_the_book_prints_all_that_a_fold_hides_and_nothing_of_the_frame(
    open_page: Callable[..., Page],
):
    page = open_page(java_script_enabled=False)
    sign_in(page, "Sara")
    page.goto("/me/book")
    expect(page.get_by_role("button", name="Skriv ut boken")).to_be_hidden()
    figures = page.get_by_role("table", name="Gissat och blev per omgång")
    expect(figures).to_be_hidden()
    page.emulate_media(media="print")
    expect(figures).to_be_visible()
    for frame in (
        page.get_by_role("banner"),
        page.get_by_role("navigation"),
        page.locator(".foot"),
    ):
        expect(frame.first).to_be_hidden()


def test_the_states_of_the_week_are_free_of_violations(open_page: Callable[..., Page]):
    page = open_page(reduced_motion="reduce")
    sign_in(page, "Nils")
    found = found_on(page, "/join")
    page.get_by_role("button", name="Jag vill vara med").click()
    page.locator("form[action$='/pledge']").get_by_role("radio").nth(0).check()
    page.get_by_role("button", name="Jag är med").click()
    expect(page.get_by_text("Ditt uppdrag")).to_be_visible()
    found += found_on(page)
    page.get_by_text("Anteckning, dag och mer").click()
    page.get_by_label("Vilken dag?").fill("2031-01-01")
    page.get_by_role("button", name="Checka in").click()
    expect(page.get_by_text("Välj en dag från omgångens måndag")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("")
    found += found_on(page)
    page.get_by_label("Vilken dag?").fill("")
    page.get_by_role("button", name="Checka in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gjort är gjort.")
    found += found_on(page)
    page.get_by_role("button", name="Ångra incheckningen").click()
    expect(page.get_by_role("heading", name="Incheckningen är ångrad")).to_be_visible()
    found += found_on(page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_a_mail_s_link_opens_is_free_of_violations(
    open_page: Callable[..., Page], site: Site, scheme: str
):
    page = open_page(color_scheme=scheme, viewport=SMALLEST)
    with site.app.app_context():
        sara = db.session.scalars(select(User.id).where(User.email == SARA)).one()
        running = open_rounds(get_current_season().plan, site.clock())[0]
        db.session.remove()
    link = f"/mail/week/{sign(PURPOSE, sara, running.id, secret_key='only-for-tests')}"
    found = found_on(page, link)
    page.get_by_role("link", name="Jag har redan gjort det").click()
    page.get_by_role("radio", name="Skriv till").first.check()
    found += found_on(page)
    page.get_by_role("button", name="Checka in").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tack, det är sparat")
    found += found_on(page)
    site.clock.set(running.closes_at)
    assert [*found, *found_on(page, link)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_erasing_and_regretting_is_free_of_violations(open_page: Callable[..., Page], scheme: str):
    """In the dark without JavaScript, where axe cannot run."""
    page = open_page(color_scheme=scheme, viewport=SMALLEST, java_script_enabled=scheme == "light")
    sign_in(page, "Sara")
    page.goto("/me/settings")
    page.get_by_role("link", name="Till dina uppgifter").click()
    page.get_by_text("Jag vill radera mitt konto").click()
    page.get_by_label("Skriv din e-postadress för att bekräfta").fill("nils@demo.example")
    page.get_by_role("button", name="Radera mitt konto").click()
    expect(page.get_by_text("Skriv adressen precis som den står här ovanför.")).to_be_visible()
    found = found_on(page) if scheme == "light" else []
    page.get_by_label("Skriv din e-postadress för att bekräfta").fill("sara@demo.example")
    page.get_by_role("button", name="Radera mitt konto").click()
    expect(page.get_by_role("main").get_by_role("button", name="Behåll kontot")).to_be_visible()
    found += found_on(page, "/week") if scheme == "light" else []
    banner = page.get_by_role("complementary", name="Ditt konto")
    expect(banner).to_contain_text("Ditt konto raderas onsdag 2 december kl. 10.00.")
    banner.get_by_role("button", name="Behåll kontot").click()
    expect(page.get_by_role("status")).to_contain_text("Ditt konto är kvar")
    expect(banner).to_be_hidden()
    assert found == []


def test_the_main_path_works_by_keyboard_alone(open_page: Callable[..., Page]):
    page = open_page()
    sign_in(page, "Sara")
    page.goto("/week")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Till innehållet")
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.name") != "mission":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.textContent.trim()") != "Jag är med":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ditt uppdrag")).to_be_visible()
    expect(page.locator(":focus")).to_have_text("Sätt dig bredvid någon ny")
