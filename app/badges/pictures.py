"""Pins as PNG. The page's stylesheets do not reach such a picture, so the rules that its drawing
needs are taken from them; fonts come from a file, because a missing one would leave no text."""

from pathlib import Path

import resvg_py

from app.palette import pin_sheet

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
