"""A visitor's page at three widths and in both themes."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import Site  # noqa: E402 - found only from the project's folder

FOLDER = ROOT / "instance" / "gallery"
LOCALES = {"sv": "sv-SE", "en": "en-GB"}
WIDTHS = (360, 768, 1280)
HEIGHTS = {360: 740, 768: 1024, 1280: 800}
THEMES = ("light", "dark")
PATIENCE_MS = 15_000
OPEN_ALL = "document.querySelectorAll('main details').forEach((each) => (each.open = true))"


class Camera:
    """One visitor's page, and the pictures taken of it."""

    def __init__(self, browser: Browser, site: Site, language: str) -> None:
        self.browser, self.site, self.language = browser, site, language
        self.page = self._open()

    def _open(self) -> Page:
        context = self.browser.new_context(
            base_url=self.site.url,
            locale=LOCALES[self.language],
            viewport={"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]},
            reduced_motion="reduce",
            service_workers="block",
        )
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def become(self, person: str = "") -> None:
        self.page.context.close()
        self.page = self._open()
        if person:
            self.page.goto("/login")
            self.page.locator(f"button[value='{person}']").click()

    def show(self, name: str, path: str = "") -> None:
        """Six pictures of what is open, or of that path; the page is left as wide as a phone."""
        if path:
            self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        for width in (*WIDTHS[1:], WIDTHS[0]):
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                self.page.screenshot(
                    path=FOLDER / self.language / f"{name}-{width}-{theme}.png",
                    full_page=True,
                    animations="disabled",
                )

    def walk(self, who: str, paths: tuple[str, ...]) -> None:
        for path in paths:
            self.show(f"{who}{path.replace('/', '-').rstrip('-') or '-landing'}", path)

    def form(self, verb: str) -> Locator:
        return self.page.locator(f"form[action$='/{verb}']").first

    def send(self, verb: str) -> None:
        """What is sent so changes something on the page or opens the next one."""
        self.form(verb).locator("button[type=submit]").last.click()
        self.page.wait_for_load_state("networkidle")

    def choose(self, verb: str, name: str, place: int) -> None:
        self.form(verb).locator(f"input[name={name}]").nth(place).check(force=True)

    def fold_out(self, name: str) -> None:
        self.page.evaluate(OPEN_ALL)
        self.show(name)
