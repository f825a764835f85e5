"""How heavy and how steady the pages are, and that their colours are those of the stylesheet."""

import gzip
from collections.abc import Callable

from playwright.sync_api import Page, Response

from app.palette import colour

FIRST_VISIT_BYTES = 100_000
LATER_PAGE_BYTES = 25_000
# Nothing that a person would see move.
STEADY = 0.01
UNPACKED = ("font/", "image/png")
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 500);
})"""
SHOWN = """(name) => {
  const canvas = document.createElement("canvas").getContext("2d", { colorSpace: "srgb" });
  canvas.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""


def sign_in(page: Page, who: str) -> None:
    page.goto("/login")
    page.get_by_role("button", name=who).click()
    page.wait_for_url("**/week")


def weight(page: Page, path: str, kept: set[str]) -> int:
    """What the page costs over the wire, text packed as a server packs it; `kept` are the files
    that an earlier page brought, and grows by this one's."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("response", note)
    fetched = [each for each in answers if each.ok and each.url not in kept]
    kept |= {each.url for each in fetched if "immutable" in each.headers.get("cache-control", "")}
    return sum(map(_packed, fetched))


def _packed(answer: Response) -> int:
    body = answer.body()
    is_packed = answer.headers.get("content-type", "").startswith(UNPACKED)
    return len(body) if is_packed else len(gzip.compress(body))


def test_the_week_is_light_at_first_and_lighter_later(open_page: Callable[..., Page]):
    page = open_page()
    sign_in(page, "Sara")
    fresh = open_page()
    fresh.context.add_cookies(page.context.cookies())  # pyright: ignore[reportArgumentType] - the same type
    kept: set[str] = set()
    first = weight(fresh, "/week", kept)
    assert 10_000 < first < FIRST_VISIT_BYTES
    later = {path: weight(fresh, path, kept) for path in ("/league", "/badges", "/me", "/week")}
    print({"first": first, **later})
    assert {path: size for path, size in later.items() if size >= LATER_PAGE_BYTES} == {}


def test_nothing_on_the_pages_moves_while_they_load(open_page: Callable[..., Page]):
    page = open_page()
    sign_in(page, "Sara")
    moved = {}
    for path in ("/week", "/league", "/badges", "/me"):
        page.goto(path, wait_until="load")
        moved[path] = page.evaluate(SHIFTS)
    assert {path: shift for path, shift in moved.items() if shift > STEADY} == {}


def test_colours_outside_the_pages_are_those_that_the_browser_shows(
    open_page: Callable[..., Page],
):
    names = ("paper", "ink", "saffron-ink", "e-lingon", "e-cardamom", "e-porcelain", "e-lilac")
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto("/login")
        for name in names:
            ours = bytes.fromhex(colour(name, scheme).removeprefix("#"))
            shown = page.evaluate(SHOWN, f"--{name}")
            assert max(abs(a - b) for a, b in zip(ours, shown, strict=True)) <= 1, name
