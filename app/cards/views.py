from http import HTTPStatus
from secrets import randbelow

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app.access import signed_in
from app.content import catalogue
from app.htmx import render
from challenges.deck import Depth, find_depth

blueprint = Blueprint("cards", __name__)

# Enough for two people never to shuffle alike, and few enough for a short address.
SHUFFLES = 10_000


@blueprint.get("/deck")
@signed_in
def deck() -> ResponseReturnValue:
    found = catalogue().deck
    return render(
        "cards/deck.html",
        piles={depth: len(found.pile(depth)) for depth in Depth},
        count=len(found.questions),
        seed=_shuffle(),
    )


@blueprint.get("/deck/<string:depth>")
@signed_in
def question(depth: str) -> ResponseReturnValue:
    """One card; the address holds how the pile was shuffled, so that it stays so while flipping."""
    chosen = find_depth(depth)
    if chosen is None:
        abort(HTTPStatus.NOT_FOUND)
    seed = request.args.get("seed", type=int)
    if seed is None:
        seed = _shuffle()
    place = request.args.get("card", 1, type=int)
    return render(
        "cards/question.html",
        block="card",
        depth=chosen,
        draw=catalogue().deck.draw(chosen, place, seed),
        seed=seed,
        next_seed=_shuffle(),
    )


@blueprint.get("/roles")
@signed_in
def roles() -> ResponseReturnValue:
    return render("cards/roles.html", roles=catalogue().roles)


def _shuffle() -> int:
    return randbelow(SHUFFLES)
