"""The pulse: three questions before a season and after it, which nobody has to answer."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from challenges.means import FIVE_STEPS
from challenges.model import Season
from challenges.texts import CardText, Frozen, Slug, Title

QUESTIONS = 3


class Moment(StrEnum):
    BEFORE = "before"
    AFTER = "after"


class PulseQuestion(Frozen):
    """`answers` from the least to the most; the first is answered as 1."""

    slug: Slug
    text: CardText
    answers: Annotated[
        tuple[Title, ...],
        Field(min_length=len(FIVE_STEPS.answers), max_length=len(FIVE_STEPS.answers)),
    ]


class Pulse(Frozen):
    questions: Annotated[
        tuple[PulseQuestion, ...], Field(min_length=QUESTIONS, max_length=QUESTIONS)
    ]


def find_moment(name: str) -> Moment | None:
    return next((moment for moment in Moment if moment.value == name), None)


def open_moment(season: Season) -> Moment | None:
    """Which answers are taken: until round 1 closes, and from the last closing until the season is
    settled."""
    if not season.rounds[0].closed:
        return Moment.BEFORE
    if season.rounds[-1].closed and not season.settled:
        return Moment.AFTER
    return None
