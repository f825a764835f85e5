"""Photographs every page and state at three widths, in both themes and languages, to be looked at.

Writes pictures and an index.html into instance/gallery. Names given as arguments choose stories.
"""

import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from camera import FOLDER, LOCALES, THEMES, WIDTHS, Camera
from flask_migrate import upgrade
from jinja2 import Template
from playwright.sync_api import sync_playwright
from screenshots import hush
from stories import STORIES, Story, first_steps

from tests.browser.conftest import QUIET, find_chromium, load_demo, served

INDEX = Template("""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Gallery</title>
{% for name in names %}<h2>{{ name }}</h2>
<p>{% for language in languages %}{% for width in widths %}{% for theme in themes %}
{% set file = language ~ "/" ~ name ~ "-" ~ width ~ "-" ~ theme ~ ".png" %}
<a href="{{ file }}">
<img src="{{ file }}" alt="{{ file }}" width="{{ width // 5 }}" loading="lazy"></a>
{% endfor %}{% endfor %}{% endfor %}</p>
{% endfor %}""")


def tell(story: Story, language: str) -> str:
    """Each story has a site of its own, so that none depends on another."""
    hush()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(f"sqlite:///{Path(folder) / 'site.db'}", demo=story is not first_steps) as site,
        sync_playwright() as playwright,
    ):
        if story is first_steps:
            with site.app.app_context():
                upgrade()
        else:
            load_demo(site.app)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        story(Camera(browser, site, language))
        browser.close()
    return f"{story.__name__}, {language}"


def write_index() -> None:
    names = sorted({each.stem.rsplit("-", 2)[0] for each in FOLDER.glob("*/*.png")})
    page = INDEX.render(names=names, languages=LOCALES, widths=WIDTHS, themes=THEMES)
    (FOLDER / "index.html").write_text(page, encoding="utf-8")


def main() -> None:
    chosen = [each for each in STORIES if each.__name__ in sys.argv[1:]]
    if not chosen:
        shutil.rmtree(FOLDER, ignore_errors=True)
    for language in LOCALES:
        (FOLDER / language).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(2) as pool:
        runs = [
            pool.submit(tell, story, language)
            for story in chosen or STORIES
            for language in LOCALES
        ]
        for run in runs:
            print(run.exception() or run.result(), flush=True)
    write_index()
    print(FOLDER / "index.html")
    sys.exit(any(run.exception() for run in runs))


if __name__ == "__main__":
    main()
