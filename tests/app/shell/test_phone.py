"""What a phone asks for: the manifest, the icons, the service worker and its page."""

import json
import re
import struct

from flask.testing import FlaskClient

from app.assets import STATIC
from scripts import icons
from tests.conftest import NOW, FrozenClock
from tests.factories import World


def test_the_manifest_names_icons_that_are_there(client: FlaskClient):
    answer = client.get("/manifest.webmanifest")
    manifest = answer.get_json(force=True)
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["name"], manifest["lang"], manifest["start_url"]) == ("Fikaligan", "sv", "/")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = client.get(icon["src"])
        width, height = struct.unpack(">II", picture.data[16:24])
        assert icon["sizes"] == f"{width}x{height}"
        assert picture.mimetype == icon["type"]
        assert "immutable" in picture.headers["Cache-Control"]


def test_the_icons_are_what_their_script_draws():
    for name in icons.ICONS:
        drawn = (STATIC / "icons" / f"{name}.png").read_bytes()
        assert drawn == icons.draw(name), "run scripts/icons.py"


def test_a_page_names_the_manifest_and_the_colour_of_its_bars(client: FlaskClient):
    page = client.get("/").text
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert re.search(
        r'"theme-color" media="\(prefers-color-scheme: dark\)" content="#[0-9a-f]{6}', page
    )


def kept(script: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*?\]);", script)
    assert found
    return json.loads(found[1])


def test_the_service_worker_keeps_every_file_of_a_page_and_no_page_of_anybody(
    client: FlaskClient,
):
    answer = client.get("/service-worker.js?language=sv")
    assert answer.mimetype == "text/javascript"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    files = kept(answer.text)
    page = client.get("/").text
    asked = set(re.findall(r'(?:rel="(?:stylesheet|preload)" href|<script src)="([^"]+)"', page))
    assert asked
    assert asked <= set(files)
    for path in files:
        assert path.startswith("/static/")
        assert "immutable" in client.get(path).headers["Cache-Control"], path


def test_a_changed_offline_page_gives_a_new_service_worker(client: FlaskClient, monkeypatch):
    before = client.get("/service-worker.js?language=sv").text
    assert client.get("/service-worker.js?language=sv").text == before
    monkeypatch.setattr("app.phone._offline_page", lambda _language: "something else")
    assert client.get("/service-worker.js?language=sv").text != before


def test_the_offline_page_is_the_same_for_everybody(app, client: FlaskClient, sign_in):
    browser = sign_in(World(NOW, week=2).person(name="Kerstin Hemlig"))
    page = browser.get("/offline?language=sv").text
    assert page == client.get("/offline?language=sv").text
    assert "Ingen kontakt just nu" in page
    assert '<html lang="en">' in client.get("/offline?language=en").text
    assert client.get("/offline?language=klingon").status_code == 200


def test_signing_out_clears_what_the_browser_keeps(client: FlaskClient, clock: FrozenClock):
    answer = client.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_drafts_of_different_people_have_different_names(app, sign_in):
    world = World(NOW, week=2)
    names = {
        re.search(r'data-owner="([0-9a-f]+)"', sign_in(world.person()).get("/week").text)[1]  # pyright: ignore[reportOptionalSubscript] - asserted by the length
        for _ in range(2)
    }
    assert len(names) == 2
