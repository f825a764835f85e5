"""The colours of the stylesheet's tokens, for whatever no stylesheet reaches: PNGs, the manifest,
the browser's own bars. `static/css/tokens.css` is the one place where a colour is written."""

import re
from functools import lru_cache
from math import cos, radians, sin
from pathlib import Path
from typing import Literal

from flask import Flask

Scheme = Literal["light", "dark"]

CSS = Path(__file__).parent / "static" / "css"
ROOT_BLOCK = re.compile(r":root \{(.*?)\n {2,4}\}", re.DOTALL)
DECLARATION = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
OKLCH = re.compile(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)")
RULE = re.compile(r"([^{};]+) \{([^{}]+)\}")
VARIABLE = re.compile(r"var\(--([a-z0-9-]+)(?:,[^()]*(?:\([^()]*\))?)?\)")
# The classes that a pin is drawn with.
PIN_CLASSES = re.compile(r"\.(?:e-[a-z]+|pin-icon|pin-icon-dark|pin-no|cut)")


def init_app(app: Flask) -> None:
    app.add_template_global(colour)


@lru_cache
def declarations(scheme: Scheme) -> dict[str, str]:
    """Every token as it is written, by its name without the dashes."""
    light, dark = ROOT_BLOCK.findall(COMMENT.sub("", _sheet("tokens")))
    written = dict(DECLARATION.findall(light))
    return written | dict(DECLARATION.findall(dark)) if scheme == "dark" else written


def theme(scheme: Scheme) -> str:
    """Rules that give a part of a page that scheme, whatever the reader's browser prefers."""
    tokens = "".join(f"--{name}: {value};" for name, value in declarations(scheme).items())
    return f".theme-{scheme} {{ color-scheme: {scheme}; {tokens} }}"


@lru_cache
def colour(name: str, scheme: Scheme = "light") -> str:
    """The token's colour as #rrggbb."""
    return _plain(f"var(--{name})", declarations(scheme))


@lru_cache
def pin_sheet(enamel: str) -> str:
    """The rules that a pin of that enamel is drawn by, with colours that any SVG reader knows."""
    tokens = declarations("light") | {"cut": f"var(--e-{enamel})", "serif": "Fraunces"}
    rules = dict(RULE.findall(COMMENT.sub("", _sheet("parts"))))
    return "\n".join(
        f"{selector.strip()} {{ {_plain(body, tokens)} }}"
        for selector, body in rules.items()
        if PIN_CLASSES.fullmatch(selector.strip())
    )


def hexadecimal(lightness: float, chroma: float, hue: float) -> str:
    """An OKLCH colour as #rrggbb, clipped to what a screen shows (Ottosson's matrices)."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(channel)):02x}" for channel in linear)


def _gamma(channel: float) -> float:
    clipped = min(max(channel, 0.0), 1.0)
    return 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055


def _plain(value: str, tokens: dict[str, str]) -> str:
    while VARIABLE.search(value):
        value = VARIABLE.sub(lambda found: tokens[found[1]], value)
    return OKLCH.sub(lambda found: hexadecimal(*map(float, found.groups())), value).strip()


def _sheet(name: str) -> str:
    return (CSS / f"{name}.css").read_text(encoding="utf-8")
