"""The deck: questions to bring to a coffee break, from light to deep."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from pydantic import AfterValidator

from challenges.texts import CardText, Frozen, Slug, refuse_fewer

# With fewer, two who flip through a pile over one cup would see it come round.
QUESTIONS_A_DEPTH = 20


class Depth(StrEnum):
    """How far a question goes; on the screen they are roasts, from light to dark."""

    LIGHT = "light"
    MEDIUM = "medium"
    DARK = "dark"


class Question(Frozen):
    slug: Slug
    depth: Depth
    text: CardText


@dataclass(frozen=True, slots=True)
class Draw:
    """The card at a place of a shuffled pile, counted from 1; the pile goes round."""

    question: Question
    place: int
    count: int

    @property
    def next(self) -> int:
        return self.place % self.count + 1

    @property
    def previous(self) -> int:
        return (self.place - 2) % self.count + 1


def _enough_at_every_depth(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    refuse_fewer((question.depth for question in questions), Depth, QUESTIONS_A_DEPTH)
    return questions


class Deck(Frozen):
    questions: Annotated[tuple[Question, ...], AfterValidator(_enough_at_every_depth)]

    def pile(self, depth: Depth) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.depth == depth)

    def draw(self, depth: Depth, place: int, seed: int) -> Draw:
        """The same card for the same seed; a place beyond the pile's ends goes round."""
        pile = _shuffled(self.pile(depth), seed)
        index = (place - 1) % len(pile)
        return Draw(pile[index], index + 1, len(pile))


def find_depth(name: str) -> Depth | None:
    return next((depth for depth in Depth if depth.value == name), None)


def _shuffled(pile: tuple[Question, ...], seed: int) -> list[Question]:
    """By hashes, so that one seed gives one order on every machine, and a card that is added
    leaves the others in theirs."""
    return sorted(pile, key=lambda each: sha256(f"{seed}:{each.slug}".encode()).digest())
