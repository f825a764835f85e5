"""Without a network: a friendly page, and a check-in that waits in the browser for its author."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

# A worker that cannot be installed is never ready, and Playwright would wait for it for ever.
WORKER_IS_READY = """() => Promise.race([
  navigator.serviceWorker.ready.then((ready) => ready.active.state),
  new Promise((_, refuse) => setTimeout(refuse, 60000, "the service worker is not ready"))])"""
KEPT_ADDRESSES = """async () => {
  const names = await caches.keys();
  const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return lists.flat().map((each) => new URL(each.url).pathname);
}"""
DRAFTS = "() => Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


def sign_in(page: Page, who: str) -> None:
    page.goto("/login")
    page.get_by_role("button", name=who).click()
    page.wait_for_url("**/week")


def wait_for_worker(page: Page) -> None:
    page.evaluate(WORKER_IS_READY)
    # A page that was being opened when the worker claimed its pages gets it at the next one.
    page.reload()
    page.wait_for_function("() => navigator.serviceWorker.controller")


def outcome(page: Page) -> Locator:
    group = page.get_by_role("group", name="Hur obekvämt blev det?")
    return group.get_by_role("radio", name="3", exact=True)


def write_check_in(page: Page, note: str) -> None:
    page.goto("/week")
    page.get_by_text("Jag har redan gjort det").click()
    report = page.locator("form[action$='/check-in']")
    report.get_by_role("radio").first.check()
    outcome(page).check()
    report.get_by_text("Anteckning, dag och mer").click()
    report.get_by_label("Anteckning").fill(note)


def send(page: Page) -> None:
    page.locator("form[action$='/check-in']").get_by_role("button", name="Checka in").click()


def test_without_a_network_a_friendly_page_answers(open_page: Callable[..., Page]):
    page = open_page(service_workers="allow")
    sign_in(page, "Sara")
    wait_for_worker(page)
    page.context.set_offline(True)
    page.goto("/league")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingen kontakt just nu")
    fonts = page.evaluate("document.fonts.ready.then(() => document.fonts.check('1em Fraunces'))")
    assert fonts
    page.context.set_offline(False)
    page.get_by_role("link", name="Försök igen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ligan")


def test_nothing_that_somebody_is_signed_in_to_see_is_kept(open_page: Callable[..., Page]):
    page = open_page(service_workers="allow")
    sign_in(page, "Sara")
    wait_for_worker(page)
    for path in ("/week", "/me", "/league", "/badges"):
        page.goto(path)
    kept = page.evaluate(KEPT_ADDRESSES)
    assert [path for path in kept if not path.startswith("/static/")] == ["/offline"]


def test_an_unsent_check_in_waits_until_the_network_is_back(open_page: Callable[..., Page]):
    page = open_page(service_workers="allow")
    sign_in(page, "Sara")
    write_check_in(page, "Vi pratade om brödbak")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("Det gick inte fram.")).to_be_visible()
    page.context.set_offline(False)
    page.goto("/league")
    page.goto("/week")
    expect(page.get_by_text("Här är det du skrev")).to_be_visible()
    expect(page.get_by_label("Anteckning")).to_have_value("Vi pratade om brödbak")
    expect(outcome(page)).to_be_checked()
    send(page)
    expect(page.get_by_role("button", name="Ångra incheckningen")).to_be_visible()
    assert page.evaluate(DRAFTS) == 0


def test_what_one_person_could_not_send_is_gone_when_she_signs_out_or_another_comes(
    open_page: Callable[..., Page],
):
    page = open_page(service_workers="allow")
    sign_in(page, "Sara")
    write_check_in(page, "Saras rader")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("Det gick inte fram.")).to_be_visible()
    page.context.set_offline(False)
    assert page.evaluate(DRAFTS) == 1
    # Her session ends without her: somebody else signs in on the same computer.
    page.context.clear_cookies()
    sign_in(page, "Johan")
    assert page.evaluate(DRAFTS) == 0
    assert "Saras rader" not in page.content()
    page.evaluate("localStorage.setItem('draft:something', '[]')")
    page.get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/")
    assert page.evaluate(DRAFTS) == 0
