"""Audits the demo's pages: Lighthouse on a phone's profile, the Nu HTML checker and html-validate.

Their packages go into a temporary folder (or AUDIT_TOOLS, to keep them); the site needs no Node.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import APIRequestContext, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent))

from screenshots import demo_site, sign_in

from tests.browser.conftest import find_chromium
from tests.browser.pages import LEADS, PUBLIC, SARAS

TOOLS = ("lighthouse@13.5.0", "vnu-jar@26.9.27", "html-validate@9.7.1")
NEEDED = ("npm", "java")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LOWEST, FLAWLESS = 95, 100
FLAWLESS_CATEGORIES = ("accessibility", "best-practices")
MEASURED = ("/week", "/league", "/badges", "/me", "/dashboard")
FRAGMENTS = ("/week", "/week/4")
AS_FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
AROUND_FRAGMENT = (
    '<!doctype html><html lang="sv"><head><title>x</title></head><body>{}</body></html>'
)
# What the Nu checker does not know: htmx's attributes, and that some screen readers no longer find
# a table whose rows CSS has stacked, so roles say it again.
KNOWN = ".*(role.*attribute must not be used on.*table|Attribute .hx-).*"
RULES = {
    "extends": ["html-validate:standard"],
    "rules": {"no-redundant-role": "off", "prefer-native-element": "off"},
}


@contextmanager
def tools() -> Iterator[Path]:
    kept = os.environ.get("AUDIT_TOOLS")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(kept or folder)
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", *TOOLS], cwd=place, check=True
        )
        yield place / "node_modules"


def save_pages(requests: APIRequestContext, paths: tuple[str, ...], folder: Path) -> None:
    for path in paths:
        name = path.strip("/").replace("/", "-").replace("?", "-") or "landing"
        (folder / f"{name}.html").write_text(requests.get(path).text(), encoding="utf-8")


def save_fragments(requests: APIRequestContext, folder: Path) -> None:
    for path in FRAGMENTS:
        body = requests.get(path, headers=AS_FRAGMENT).text()
        name = path.strip("/").replace("/", "-")
        (folder / f"fragment-{name}.html").write_text(
            AROUND_FRAGMENT.format(body), encoding="utf-8"
        )


def check_markup(modules: Path, folder: Path) -> bool:
    """Whether both checkers find nothing in the saved pages."""
    jar = modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    (folder / ".htmlvalidate.json").write_text(json.dumps(RULES), encoding="utf-8")
    saved = sorted(str(path) for path in folder.glob("*.html"))
    checks = (
        ["java", "-jar", str(jar), "--errors-only", "--filterpattern", KNOWN, *saved],
        [str(modules / ".bin" / "html-validate"), *saved],
    )
    fine = [subprocess.run(command, cwd=folder, check=False).returncode == 0 for command in checks]
    print(f"Nu checker: {'nothing' if fine[0] else 'see above'}")
    print(f"html-validate: {'nothing' if fine[1] else 'see above'}")
    return all(fine)


def measure(modules: Path, url: str, cookie: str) -> bool:
    """Whether every page reaches its Lighthouse scores; prints them, and what costs points."""
    fine = True
    for path in MEASURED:
        report = _lighthouse(modules, url + path, cookie)
        scores = {each: round(report["categories"][each]["score"] * 100) for each in CATEGORIES}
        print(path, " ".join(f"{name} {score}" for name, score in scores.items()))
        for name, score in scores.items():
            if score < (FLAWLESS if name in FLAWLESS_CATEGORIES else LOWEST):
                fine = False
                _print_costs(report, name)
    return fine


def _lighthouse(modules: Path, url: str, cookie: str) -> dict:
    command = [
        str(modules / ".bin" / "lighthouse"),
        url,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    environment = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def _print_costs(report: dict, category: str) -> None:
    for ref in report["categories"][category]["auditRefs"]:
        audit = report["audits"][ref["id"]]
        if ref["weight"] and audit["score"] is not None and audit["score"] < 1:
            print(f"  {category}: {audit['title']} {audit.get('displayValue', '')}")


def main() -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        sys.exit(f"Install {' and '.join(missing)} first.")
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as pages,
        demo_site(Path(folder)) as url,
        tools() as modules,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_page(base_url=url, locale="sv-SE")
        save_pages(page.request, PUBLIC, Path(pages))
        sign_in(page, "Sara")
        save_pages(page.request, SARAS, Path(pages))
        save_fragments(page.request, Path(pages))
        cookie = "; ".join(
            f"{each.get('name')}={each.get('value')}" for each in page.context.cookies()
        )
        page.context.clear_cookies()
        sign_in(page, "Aisha")
        save_pages(page.request, LEADS, Path(pages))
        browser.close()
        fine = [check_markup(modules, Path(pages)), measure(modules, url, cookie)]
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
