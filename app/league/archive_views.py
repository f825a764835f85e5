"""Earlier seasons, for everybody."""

from http import HTTPStatus

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app.access import signed_in
from app.htmx import render
from app.league.archive import holders, past_seasons
from app.league.queries import find_sheet, published_table
from app.seasons.queries import find_season

blueprint = Blueprint("archive", __name__, url_prefix="/league/archive")


@blueprint.get("")
@signed_in
def seasons() -> ResponseReturnValue:
    return render("league/archive.html", seasons=past_seasons())


@blueprint.get("/<int:season_id>")
@signed_in
def season(season_id: int) -> ResponseReturnValue:
    found = find_season(season_id)
    table = published_table(found) if found and found.is_over else None
    sheet = find_sheet(found, request.args.get("sheet", 1, type=int)) if found and table else None
    if found is None or table is None or sheet is None:
        abort(HTTPStatus.NOT_FOUND)
    return render(
        "league/past_season.html",
        season=found,
        last_round=table.round_number,
        sheet=sheet,
        won=holders(table),
    )
