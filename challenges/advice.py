"""What a group might do next week: suggestions instead of numbers, from plain rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from challenges.reporting import Cell, Few, Share

MOST_SUGGESTIONS = 3
# Shares of one.
MANY = 0.65
FEW_TAKE_PART = 0.35
# A change that is more than the width of two neighbouring bands of ten.
NOTABLE = 0.15


class Kind(StrEnum):
    FIRST_BRIDGE = "first-bridge"
    MORE_BRIDGES = "more-bridges"
    QUIETER = "quieter"
    LIVELIER = "livelier"
    START_SMALL = "start-small"
    KEEP_GOING = "keep-going"
    ONE_QUESTION = "one-question"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`other` is whom a bridge would lead to, only for the two kinds that build one."""

    kind: Kind
    other: int | None = None


def suggestions(
    bridges: Mapping[int, Cell], shares: Sequence[Share | None], round_number: int
) -> tuple[Suggestion, ...]:
    """One to three, the most useful first: a bridge, how the group is doing, and a small start.

    `bridges` are the own row of the matrix, `shares` those of the closed rounds. Whom to meet
    changes from week to week where there is a choice.
    """
    found = [_bridge(bridges, round_number), _mood([each for each in shares if each])]
    chosen = [each for each in found if each is not None]
    return tuple(chosen[:MOST_SUGGESTIONS]) or (Suggestion(Kind.ONE_QUESTION),)


def _bridge(bridges: Mapping[int, Cell], round_number: int) -> Suggestion | None:
    for few, kind in ((Few.NONE, Kind.FIRST_BRIDGE), (Few.SOME, Kind.MORE_BRIDGES)):
        others = sorted(other for other, value in bridges.items() if value == few)
        if others:
            return Suggestion(kind, others[round_number % len(others)])
    return None


def _mood(shares: Sequence[Share]) -> Suggestion | None:
    if not shares:
        return None
    now = shares[-1].middle
    change = now - shares[-2].middle if len(shares) > 1 else 0
    if change <= -NOTABLE:
        return Suggestion(Kind.QUIETER)
    if now < FEW_TAKE_PART:
        return Suggestion(Kind.START_SMALL)
    if change >= NOTABLE:
        return Suggestion(Kind.LIVELIER)
    return Suggestion(Kind.KEEP_GOING if now >= MANY else Kind.ONE_QUESTION)
