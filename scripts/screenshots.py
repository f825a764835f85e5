"""Takes the pictures of the README: the demo on a fixed Wednesday, seen on a phone."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.conftest import (  # noqa: E402 - found only from the project's folder
    find_chromium,
    load_demo,
    served,
)

PICTURES = ROOT / "docs" / "pictures"
PHONE = {"width": 390, "height": 780}
# Long enough for the pin to have dropped.
SETTLED_MS = 2_500


def hush() -> None:
    """No line for every request."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ["FIKALIGAN_LOG_LEVEL"] = "warning"


@contextmanager
def demo_site(folder: Path) -> Iterator[str]:
    """The address of the demo, served from a database in that folder."""
    hush()
    with served(f"sqlite:///{folder / 'pictures.db'}", demo=True) as site:
        load_demo(site.app)
        yield site.url


def take(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES / f"{name}.png")


def sign_in(page: Page, who: str) -> None:
    page.goto("/login")
    page.get_by_role("button", name=who).click()


def play(page: Page) -> None:
    sign_in(page, "Sara")
    page.goto("/week")
    # Monday's news comes first, until it is waved off.
    page.get_by_role("button", name="Vidare till veckan").click()
    page.wait_for_load_state("networkidle")
    take(page, "week")
    page.goto("/league")
    take(page, "league")
    page.goto("/badges")
    take(page, "badges")
    page.goto("/week")
    pledge = page.locator("form[action$='/pledge']")
    pledge.get_by_role("radio").nth(1).check()
    pledge.get_by_role("radio", name="7", exact=True).check()
    page.get_by_role("button", name="Jag är med").click()
    report = page.locator("form[action$='/check-in']")
    report.get_by_role("radio", name="3", exact=True).check()
    report.get_by_role("checkbox", name="Logistik").check()
    page.get_by_role("button", name="Checka in").click()
    page.get_by_role("heading", name="Du gissade 7.").wait_for()
    page.evaluate("scrollTo(0, 0)")
    take(page, "celebration")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_site(Path(folder)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(
            viewport=PHONE,  # pyright: ignore[reportArgumentType] - a TypedDict
            base_url=url,
            locale="sv-SE",
            device_scale_factor=1.5,
        )
        play(page)
        browser.close()


if __name__ == "__main__":
    main()
