"""Challenges and their missions, as content declares them."""

from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from challenges.model import Level
from challenges.texts import Frozen, Paragraph, Sentence, Slug, Title, refuse_fewer

OPENERS = 3
LAST_NUMBER = 9
# An organisation's own challenges stand after all that may ever be shipped.
FIRST_OWN_NUMBER = 100
# Whoever finds one mission too much or too little has two others at the same level.
MISSIONS_A_LEVEL = 3

ChallengeIcon = Literal[
    "spark", "question", "bridge", "chat", "cup", "heart", "loop", "deep", "mask"
]
# Which cards go with a challenge: the questions, or the roles.
Companion = Literal["deck", "roles"]


class Tag(StrEnum):
    NEWCOMER = "newcomer"
    RECONNECT = "reconnect"
    OTHER_DEPARTMENT = "other-department"
    FIKA = "fika"
    LUNCH = "lunch"
    WRITING = "writing"
    OUTSIDE = "outside"


class Mission(Frozen):
    """One concrete thing to do; `source` is the idea of the article that it serves."""

    slug: Slug
    level: Level
    source: str
    tags: tuple[Tag, ...] = ()
    text: Sentence


def _enough_at_every_level(missions: tuple[Mission, ...]) -> tuple[Mission, ...]:
    refuse_fewer((mission.level for mission in missions), Level, MISSIONS_A_LEVEL)
    return missions


class Challenge(Frozen):
    slug: Slug
    number: Annotated[int, Field(ge=1)]
    icon: ChallengeIcon
    companion: Companion = "deck"
    title: Title
    why: Sentence
    what: Paragraph
    nervous: Paragraph
    reflect: Sentence
    openers: Annotated[tuple[Sentence, ...], Field(min_length=OPENERS, max_length=OPENERS)]
    missions: Annotated[tuple[Mission, ...], AfterValidator(_enough_at_every_level)]

    @property
    def is_own(self) -> bool:
        """Whether the organisation has added it."""
        return self.number >= FIRST_OWN_NUMBER

    def __hash__(self) -> int:
        """Slugs are unique; hashing every text costs more than what is looked up by it."""
        return hash(self.slug)

    def shuffled(self, seed: int) -> "Challenge":
        """The same challenge with its missions in another order, always the same for a seed."""
        order = sorted(self.missions, key=lambda each: _draw(seed, each.slug))
        return self.model_copy(update={"missions": tuple(order)})

    @property
    def goes_visiting(self) -> bool:
        """Whether one of its missions is to have a cup at another department."""
        visit = {Tag.FIKA, Tag.OTHER_DEPARTMENT}
        return any(visit <= set(mission.tags) for mission in self.missions)

    def missions_at(self, level: Level) -> tuple[Mission, ...]:
        return tuple(mission for mission in self.missions if mission.level == level)


def _draw(seed: int, slug: str) -> bytes:
    return sha256(f"{seed} {slug}".encode()).digest()
