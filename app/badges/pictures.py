"""Pins as PNG. The page's stylesheets do not reach such a picture, so the rules that its drawing
needs are taken from them; fonts come from a file, because a missing one would leave no text."""

from functools import lru_cache
from pathlib import Path

import resvg_py
from flask import current_app

from app.content import catalogue
from app.palette import pin_sheet
from challenges.catalogue import Badge

FONT = Path(__file__).parent.parent / "static" / "fonts" / "fraunces-620.ttf"
PIN_WIDTH = 480
SHARE_WIDTH = 1200


def draw(svg: str, *, enamel: str, width: int) -> bytes:
    """The drawing as PNG, `width` px wide."""
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        style_sheet=pin_sheet(enamel),
        skip_system_fonts=True,
        font_files=[str(FONT)],
        font_family="Fraunces",
        serif_family="Fraunces",
    )


def pin_png(slug: str) -> bytes:
    """The badge as it looks when earned, whoever asks: a drawing of the catalogue."""
    return _pin_png(catalogue().badge(slug))


@lru_cache
def _pin_png(badge: Badge) -> bytes:
    svg = current_app.jinja_env.get_template("badges/pin.svg").render(badge=badge)
    return draw(svg, enamel=badge.enamel, width=PIN_WIDTH)
