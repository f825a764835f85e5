"""Every component in every state, in both themes side by side: for whoever builds or looks."""

from flask import Blueprint, Response, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.access import public
from app.content import catalogue
from app.htmx import render
from app.league.queries import TableRow
from app.me.queries import ComfortPoint
from app.palette import theme

DAYS = ("gone", "gone", "today", "left", "left", "left", "left")
FEELINGS = ((6, 3), (7, 7), (4, 6), (8, 3), (5, None))
SHELF = {"tip-advice": 12, "kept-3": 8, "bridged-1": 5, "team-10": 1}
ROWS = (
    TableRow(1, "Påtåren", ("Ekonomi",), 1, 1, 2, 4120, 980, SHELF),
    TableRow(2, "Bryggarna", ("IT",), 2, 2, -1, 3950, 900, SHELF),
    TableRow(3, "Morgongänget", ("Butik",), 3, 3, 0, 3010, 700, {}),
)
UNRANKED = TableRow(4, "Godaråd", ("HR",), None, 4, None, 1200, 300, {"tip-advice": 2})

blueprint = Blueprint("styleguide", __name__)


@public
def styleguide() -> ResponseReturnValue:
    return render(
        "pages/styleguide.html",
        catalogue=catalogue(),
        challenge=catalogue().challenges[0],
        days=DAYS,
        points=[ComfortPoint(number, *both) for number, both in enumerate(FEELINGS, start=1)],
        rows=ROWS,
        unranked=UNRANKED,
    )


@public
def themes() -> ResponseReturnValue:
    return Response(render_template("pages/themes.css", theme=theme), mimetype="text/css")


@blueprint.record
def _show_in_demo(state: BlueprintSetupState) -> None:
    """Outside the demo there is no such page at all."""
    if state.app.extensions["settings"].demo:
        state.add_url_rule("/styleguide", "styleguide", styleguide)
        state.add_url_rule("/styleguide/themes.css", "themes", themes)
