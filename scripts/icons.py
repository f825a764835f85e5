"""Draws the icons that phones put on their home screens, in the colours of the stylesheet."""

import sys
from pathlib import Path

import resvg_py

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.palette import colour  # noqa: E402 - found only from the project's folder

STATIC = ROOT / "app" / "static"
DOTS = 10
# How much of the square the plate fills; phones cut a maskable icon to a circle of four fifths.
ROUND, FULL, MASKABLE = 0.96, 0.86, 0.7
ICONS = {
    "any-192": (192, ROUND, False),
    "any-512": (512, ROUND, False),
    "maskable-192": (192, MASKABLE, True),
    "maskable-512": (512, MASKABLE, True),
    "apple-touch": (180, FULL, True),
}


def mark(share: float, *, has_ground: bool) -> str:
    """The mark of the site as SVG: a cup on its plate, seen from above."""
    dots = "".join(
        f'<circle cx="16" cy="4.6" r="1.5" transform="rotate({turn * 360 / DOTS} 16 16)"/>'
        for turn in range(DOTS)
    )
    ground = f'<rect width="32" height="32" fill="{colour("paper")}"/>' if has_ground else ""
    inset = 16 * (1 - share)
    red = colour("e-lingon")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{ground}'
        f'<g transform="translate({inset:.3f} {inset:.3f}) scale({share})">'
        f'<circle cx="16" cy="16" r="15.9" fill="{colour("china")}"/>'
        f'<circle cx="16" cy="16" r="15" fill="none" stroke="{red}" stroke-width="1.6"/>'
        f'<g fill="{red}">{dots}</g>'
        f'<circle cx="16" cy="16" r="7.4" fill="{colour("coffee")}"/></g></svg>'
    )


def draw(name: str) -> bytes:
    size, share, has_ground = ICONS[name]
    return resvg_py.svg_to_bytes(svg_string=mark(share, has_ground=has_ground), width=size)


def main() -> None:
    (STATIC / "icons").mkdir(exist_ok=True)
    for name in ICONS:
        path = STATIC / "icons" / f"{name}.png"
        path.write_bytes(draw(name))
        print(path)
    (STATIC / "icon.svg").write_text(mark(1, has_ground=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
