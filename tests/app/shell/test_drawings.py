"""What is drawn by rule tells apart what it stands for."""

from itertools import combinations

import pytest
from flask import Flask, get_template_attribute

from app.content import catalogue
from app.palette import colour, hexadecimal

TEAMS = 60


@pytest.fixture
def request_context(app: Flask):
    with app.test_request_context():
        yield


@pytest.mark.parametrize("first", [1, 200, 440])
def test_sixty_teams_in_a_row_have_sixty_different_plates(request_context, first: int):
    emblem = get_template_attribute("shared/china.html", "emblem")
    drawn = {str(emblem(team_id)) for team_id in range(first, first + TEAMS)}
    assert len(drawn) == TEAMS


@pytest.mark.parametrize("size", [24, 96])
def test_no_two_pins_look_alike_earned_or_not(request_context, size: int):
    pin = get_template_attribute("shared/pins.html", "pin")
    for earned in (True, False):
        drawn = {badge.slug: str(pin(badge, size, earned)) for badge in catalogue().badges}
        # A class alone shows nothing on an outline, which has no enamel.
        if not earned:
            drawn = {
                badge.slug: drawn[badge.slug].replace(f"c-{badge.enamel}", "")
                for badge in catalogue().badges
            }
        alike = [pair for pair in combinations(drawn, 2) if drawn[pair[0]] == drawn[pair[1]]]
        assert alike == []


def test_colours_come_out_as_browsers_show_them():
    assert hexadecimal(1, 0, 0) == "#ffffff"
    assert hexadecimal(0, 0, 0) == "#000000"
    # CSS Color 4 gives oklch(0.62796 0.25768 29.234) for red.
    assert hexadecimal(0.62796, 0.25768, 29.234) == "#ff0000"
    assert colour("paper") != colour("paper", "dark")
