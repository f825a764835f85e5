"""What every page owes its reader: one h1, labels, a language, no inline code, no secrets."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from app.database import db, writing
from app.organisation.models import Team
from tests.house.conftest import NOTE, House
from tests.house.routes import downloads, pages, path_of, rules

FIELDS = {"input", "select", "textarea"}
UNLABELLED_KINDS = {"hidden", "submit"}


class Outline(HTMLParser):
    """The parts of a page that these tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.unlabelled: list[str] = []
        self.inline: list[str] = []
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        # What its forms and hx-attributes send: method and path.
        self.requests: set[tuple[str, str]] = set()
        self.language = ""
        self.forms_without_token: list[str] = []
        self._labels_for: set[str] = set()
        self._fields: list[dict[str, str]] = []
        self._inside_label = 0
        self._form: dict[str, str] | None = None
        self._has_token = False
        self.feed(html)
        self.unlabelled = [
            str(field)
            for field in self._fields
            if field.get("id") not in self._labels_for and "aria-label" not in field
        ]

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = found.get("lang", "")
        if "style" in found or any(name.startswith(("on", "hx-on")) for name in found):
            self.inline.append(f"<{tag} {found}>")
        if tag in ("script", "style") and "src" not in found:
            self.inline.append(f"<{tag}>")
        if "id" in found:
            self.ids.add(found["id"])
        for method in ("get", "post", "put", "patch", "delete"):
            if f"hx-{method}" in found:
                self.requests.add((method.upper(), found[f"hx-{method}"]))
        if tag == "form" and "action" in found:
            self.requests.add((found.get("method", "get").upper(), found["action"]))
        if found.get("hx-target", "").startswith("#"):
            self.targets.add(found["hx-target"][1:])
        if tag == "label":
            self._inside_label += 1
            self._labels_for.add(found.get("for", ""))
        if tag == "form":
            self._form, self._has_token = found, False
        if found.get("name") == "csrf_token":
            self._has_token = True
        is_field = tag in FIELDS and found.get("type") not in UNLABELLED_KINDS
        if is_field and not self._inside_label:
            self._fields.append(found)

    def handle_endtag(self, tag):
        if tag == "label":
            self._inside_label -= 1
        if tag == "form" and self._form is not None:
            if self._form.get("method") == "post" and not self._has_token:
                self.forms_without_token.append(str(self._form))
            self._form = None


def outlines(house: House) -> dict[str, Outline]:
    found = {}
    for role, browser in house.browsers.items():
        for path in [*pages(house.app, house.world), "/nowhere"]:
            answer = browser.get(path)
            if answer.status_code in (200, 404):
                found[f"{role} {path}"] = Outline(answer.get_data(as_text=True))
    return found


def test_every_page_has_one_h1_and_headings_in_order(house: House):
    wrong = {}
    for page, outline in outlines(house).items():
        levels = outline.headings
        is_in_order = all(b - a <= 1 for a, b in pairwise(levels))
        if levels.count(1) != 1 or not is_in_order:
            wrong[page] = levels
    assert wrong == {}


def test_every_control_has_a_label_and_every_form_a_token(house: House):
    found = outlines(house)
    assert {page: o.unlabelled for page, o in found.items() if o.unlabelled} == {}
    assert {p: o.forms_without_token for p, o in found.items() if o.forms_without_token} == {}


def test_nothing_is_inline_and_every_htmx_target_exists(house: House):
    found = outlines(house)
    assert {page: o.inline for page, o in found.items() if o.inline} == {}
    missing = {page: o.targets - o.ids for page, o in found.items() if o.targets - o.ids}
    assert missing == {}


def test_every_page_says_its_language(house: House):
    assert {outline.language for outline in outlines(house).values()} == {"sv"}
    english = house.app.test_client().get("/", headers={"Accept-Language": "en"})
    assert Outline(english.get_data(as_text=True)).language == "en"


def test_a_note_is_read_by_its_author_alone(house: House):
    seen = {
        f"{role} {path}"
        for role, browser in house.browsers.items()
        for path in (*pages(house.app, house.world), *downloads(house.app, house.world))
        if NOTE.encode() in browser.get(path).data
    }
    assert {page.split()[0] for page in seen} <= {"author"}


@pytest.mark.parametrize("trouble", ["undo", "redo", "check-in"])
def test_a_note_never_reaches_a_log_or_an_error_page(
    house: House, trouble: str, caplog, capsys, monkeypatch
):
    def fail(*_args, **_kwargs):
        raise RuntimeError(NOTE)

    monkeypatch.setattr("app.checkins.views.writing", fail)
    answer = house.browsers["author"].post(
        f"/week/2/{trouble}", data={"note": NOTE, "mission": "advice-quiet-draft"}
    )
    assert NOTE not in caplog.text
    assert NOTE not in capsys.readouterr().out
    if answer.status_code == 500:
        assert NOTE not in answer.get_data(as_text=True)


def test_every_answer_carries_the_security_headers(house: House):
    for rule in rules(house.app):
        if "GET" not in (rule.methods or ()):
            continue
        answer = house.browsers["participant"].get(path_of(house.app, rule, house.world))
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], rule
        assert "unsafe" not in answer.headers["Content-Security-Policy"], rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule
        if rule.endpoint != "static" and not rule.endpoint.startswith("health."):
            assert answer.headers["Cache-Control"] == "no-store", rule
            assert "Cookie" in answer.headers["Vary"], rule


def test_a_stored_name_is_escaped_everywhere(house: House):
    with writing():
        db.session.get_one(Team, house.world.teams[0].id).name = "<script>alert(1)</script>"
    for path in pages(house.app, house.world):
        body = house.browsers["author"].get(path).get_data(as_text=True)
        assert "<script>alert" not in body, path
