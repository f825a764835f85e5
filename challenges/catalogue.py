"""The game's content: everything read from TOML at once, and checked against each other.

What the site needs of it, it imports from here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from challenges.badge_rules import (
    RULES_FOR_A_TEAM,
    RULES_FOR_THE_OWNER,
    Audience,
    Badge,
    ChallengeDone,
    TagDone,
)
from challenges.deck import Deck, Question
from challenges.missions import LAST_NUMBER, Challenge, Mission, Tag
from challenges.pulse import Pulse, PulseQuestion
from challenges.reading import ContentError, read
from challenges.roles import Role, Roles
from challenges.texts import Frozen

__all__ = [
    "Audience",
    "Badge",
    "Catalogue",
    "Challenge",
    "Deck",
    "Mission",
    "PulseQuestion",
    "Role",
    "UnknownContent",
    "load_catalogue",
]

Found = TypeVar("Found")

CONTENT = Path(__file__).parent / "content"
CHALLENGE_FILES = "[0-9][0-9]-*.toml"
BADGES_FILE = "badges.toml"
DECK_FILE = "deck.toml"
PULSE_FILE = "pulse.toml"
ROLES_FILE = "roles.toml"


class UnknownContent(KeyError):
    """No such challenge, mission or badge."""


class BadgeFile(Frozen):
    badges: tuple[Badge, ...]


@dataclass(frozen=True)
class Catalogue:
    """Challenges by number, everything else in the order of its file."""

    challenges: tuple[Challenge, ...]
    badges: tuple[Badge, ...]
    deck: Deck
    roles: tuple[Role, ...]
    pulse: Pulse

    def challenge(self, slug: str) -> Challenge:
        return _known(self.find_challenge(slug), slug)

    def mission(self, slug: str) -> Mission:
        return _known(self.find_mission(slug), slug)

    def badge(self, slug: str) -> Badge:
        return _known(self.find_badge(slug), slug)

    def find_challenge(self, slug: str) -> Challenge | None:
        return self._challenges.get(slug)

    def find_mission(self, slug: str) -> Mission | None:
        return self._missions.get(slug)

    def find_badge(self, slug: str) -> Badge | None:
        return self._badges.get(slug)

    def find_question(self, slug: str) -> Question | None:
        return next((each for each in self.deck.questions if each.slug == slug), None)

    def find_role(self, slug: str) -> Role | None:
        return next((each for each in self.roles if each.slug == slug), None)

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """The tags that some mission carries."""
        return frozenset(tag for mission in self._missions.values() for tag in mission.tags)

    @cached_property
    def _challenges(self) -> Mapping[str, Challenge]:
        return {each.slug: each for each in self.challenges}

    @cached_property
    def _missions(self) -> Mapping[str, Mission]:
        return {each.slug: each for challenge in self.challenges for each in challenge.missions}

    @cached_property
    def _badges(self) -> Mapping[str, Badge]:
        return {each.slug: each for each in self.badges}


def load_catalogue(folder: Path = CONTENT) -> Catalogue:
    """Everything in the folder; raises ContentError for the first thing wrong in it."""
    challenges = [_read_challenge(path) for path in sorted(folder.glob(CHALLENGE_FILES))]
    badges = read(folder / BADGES_FILE, BadgeFile).badges
    deck = read(folder / DECK_FILE, Deck)
    roles = read(folder / ROLES_FILE, Roles).roles
    _refuse_repetition(_named_in_challenges(challenges))
    _refuse_repetition((BADGES_FILE, f"badges[{each.slug}].slug", each.slug) for each in badges)
    _refuse_repetition(_named_in_deck(deck))
    _refuse_repetition((ROLES_FILE, f"roles[{each.slug}].slug", each.slug) for each in roles)
    pulse = read(folder / PULSE_FILE, Pulse)
    _refuse_repetition((PULSE_FILE, f"questions[{q.slug}].slug", q.slug) for q in pulse.questions)
    catalogue = Catalogue(tuple(challenges), badges, deck, roles, pulse)
    for badge in badges:
        if reason := _fault_of(badge, catalogue):
            raise ContentError(BADGES_FILE, f"badges[{badge.slug}].{reason[0]}", reason[1])
    return catalogue


def _read_challenge(path: Path) -> Challenge:
    challenge = read(path, Challenge)
    if challenge.number > LAST_NUMBER:
        raise ContentError(path.name, "number", f"should be at most {LAST_NUMBER}")
    if path.name != _file_of(challenge):
        raise ContentError(path.name, "slug", f"the file should be called {_file_of(challenge)}")
    return challenge


def _file_of(challenge: Challenge) -> str:
    return f"{challenge.number:02}-{challenge.slug}.toml"


def _named_in_challenges(challenges: Iterable[Challenge]) -> Iterator[tuple[str, str, str]]:
    for challenge in challenges:
        file = _file_of(challenge)
        yield file, "number", str(challenge.number)
        yield file, "slug", challenge.slug
        for mission in challenge.missions:
            yield file, f"missions[{mission.slug}].slug", mission.slug


def _named_in_deck(deck: Deck) -> Iterator[tuple[str, str, str]]:
    """A question asked twice is as bad as a name given twice."""
    for question in deck.questions:
        key = f"questions[{question.slug}]"
        yield DECK_FILE, f"{key}.slug", question.slug
        yield DECK_FILE, f"{key}.text.sv", question.text.sv
        yield DECK_FILE, f"{key}.text.en", question.text.en


def _refuse_repetition(named: Iterable[tuple[str, str, str]]) -> None:
    """Takes file, key and name; one name stands for one thing, also across files."""
    first: dict[str, str] = {}
    for file, key, name in named:
        if name in first:
            raise ContentError(file, key, f"{name} is taken already, in {first[name]}")
        first[name] = file


def _fault_of(badge: Badge, catalogue: Catalogue) -> tuple[str, str] | None:
    """The key and the reason of what a badge says against the rest of the content."""
    rule = badge.rule
    if isinstance(rule, RULES_FOR_THE_OWNER) and badge.audience is not Audience.OWNER:
        return "audience", f"a badge for {rule.kind} is for its owner only"
    if isinstance(rule, RULES_FOR_A_TEAM) is not badge.is_team:
        return "family", f"{rule.kind} does not belong to the family {badge.family.value}"
    if isinstance(rule, ChallengeDone) and not catalogue.find_challenge(rule.challenge):
        return "rule.challenge", f"there is no challenge {rule.challenge}"
    if isinstance(rule, TagDone) and rule.tag not in catalogue.tags:
        return "rule.tag", f"no mission has the tag {rule.tag.value}"
    return None


def _known(found: Found | None, slug: str) -> Found:
    if found is None:
        raise UnknownContent(slug)
    return found
