"""What the docs say of the rules is what the rules do."""

import pytest

from scripts import rules_page


def test_the_rules_page_is_the_one_that_the_rules_make():
    written = rules_page.PAGE.read_text(encoding="utf-8")
    assert written == rules_page.page(), "run `make docs`"


@pytest.mark.parametrize(
    ("module", "name", "row"),
    [
        (rules_page.points, "CHECK_IN", "| a check-in in time | 77 |"),
        (rules_page.streaks, "GRACE_HELD_AT_MOST", "You hold 77 at most."),
        (rules_page.league, "PARTICIPANTS_TO_BE_RANKED", "from 77 participants on"),
    ],
)
def test_a_changed_number_changes_the_page(monkeypatch, module, name: str, row: str):
    monkeypatch.setattr(module, name, 77)
    assert row in rules_page.page()
