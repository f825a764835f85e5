"""The game's content: challenges, missions and badges, read from TOML and checked at loading."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
)

from challenges.model import Level
from challenges.reading import ContentError, read

Found = TypeVar("Found")

CONTENT = Path(__file__).parent / "content"
CHALLENGE_FILES = "[0-9][0-9]-*.toml"
BADGES_FILE = "badges.toml"

TITLE_LIMIT = 40
SENTENCE_LIMIT = 180
PARAGRAPH_LIMIT = 320
# The columns that hold slugs are not wider.
SLUG_LIMIT = 40
OPENERS = 3
LAST_NUMBER = 9
WHOLE_SEASON_MINIMUM = 5

ChallengeIcon = Literal[
    "spark", "question", "bridge", "chat", "cup", "heart", "loop", "deep", "mask"
]
BadgeIcon = Literal[
    "intresse", "rad", "forsta", "social", "tre", "kompis", "brev", "djup", "roll",
    "bro", "bro3", "nat", "fjader", "fjadrar", "stjarna", "mane", "dorr", "bord", "langbord",
    "vimpel", "kanna",
]  # fmt: skip
Enamel = Literal["lingon", "cardamom", "saffron", "porcelain", "espresso", "lilac"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=SLUG_LIMIT)]
Count = Annotated[int, Field(ge=1)]


class UnknownContent(KeyError):
    """No such challenge, mission or badge."""


class Tag(StrEnum):
    NEWCOMER = "newcomer"
    RECONNECT = "reconnect"
    OTHER_DEPARTMENT = "other-department"
    FIKA = "fika"
    LUNCH = "lunch"
    WRITING = "writing"
    OUTSIDE = "outside"


class Family(StrEnum):
    TIP = "tip"
    STREAK = "streak"
    BRIDGE = "bridge"
    COURAGE = "courage"
    TEAM = "team"


class Rank(StrEnum):
    COPPER = "copper"
    SILVER = "silver"
    GOLD = "gold"


class Audience(StrEnum):
    """Who may see a badge: `OWNER` ones never stand on a shelf or in a figure."""

    SHELF = "shelf"
    OWNER = "owner"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Frozen):
    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def into(self, language: str) -> str:
        """The text in that language, in Swedish where we do not have it."""
        return self.en if language == "en" else self.sv


def _at_most(limit: int) -> AfterValidator:
    def check(text: Text) -> Text:
        for language, words in (("sv", text.sv), ("en", text.en)):
            if len(words) > limit:
                raise ValueError(f"{language} has {len(words)} characters, at most {limit} fit")
        return text

    return AfterValidator(check)


Title = Annotated[Text, _at_most(TITLE_LIMIT)]
Sentence = Annotated[Text, _at_most(SENTENCE_LIMIT)]
Paragraph = Annotated[Text, _at_most(PARAGRAPH_LIMIT)]


class Mission(Frozen):
    """One concrete thing to do; `source` is the idea of the article that it serves."""

    slug: Slug
    level: Level
    source: str
    tags: tuple[Tag, ...] = ()
    text: Sentence


def _every_level(missions: tuple[Mission, ...]) -> tuple[Mission, ...]:
    lacking = [level.value for level in Level if all(each.level != level for each in missions)]
    if lacking:
        raise ValueError(f"no mission at the level {' or '.join(lacking)}")
    return missions


class Challenge(Frozen):
    slug: Slug
    number: Annotated[int, Field(ge=1, le=LAST_NUMBER)]
    icon: ChallengeIcon
    title: Title
    why: Sentence
    what: Paragraph
    nervous: Paragraph
    reflect: Sentence
    openers: Annotated[tuple[Sentence, ...], Field(min_length=OPENERS, max_length=OPENERS)]
    missions: Annotated[tuple[Mission, ...], AfterValidator(_every_level)]

    def missions_at(self, level: Level) -> tuple[Mission, ...]:
        return tuple(mission for mission in self.missions if mission.level == level)


class ChallengeDone(Frozen):
    kind: Literal["challenge-done"]
    challenge: Slug


class KeptInARow(Frozen):
    kind: Literal["kept-in-a-row"]
    count: Count


class DepartmentsBridged(Frozen):
    kind: Literal["departments-bridged"]
    count: Count


class BothFigures(Frozen):
    """Counts that both figures were noted, whatever they were."""

    kind: Literal["both-figures"]
    count: Count


class QuietMissions(Frozen):
    kind: Literal["quiet-missions"]
    count: Count


class TagDone(Frozen):
    kind: Literal["tag-done"]
    tag: Tag


class WholeSeason(Frozen):
    """Every round since joining, away excepted; `minimum` is the fewest that count as whole."""

    kind: Literal["whole-season"]
    minimum: Annotated[int, Field(ge=WHOLE_SEASON_MINIMUM)] = WHOLE_SEASON_MINIMUM


class TeamCheckIns(Frozen):
    kind: Literal["team-check-ins"]
    count: Count


class TeamDepartmentsBridged(Frozen):
    """Every department other than the team's own."""

    kind: Literal["team-departments-bridged"]


Rule = Annotated[
    ChallengeDone
    | KeptInARow
    | DepartmentsBridged
    | BothFigures
    | QuietMissions
    | TagDone
    | WholeSeason
    | TeamCheckIns
    | TeamDepartmentsBridged,
    Field(discriminator="kind"),
]
RULES_FOR_THE_OWNER = (BothFigures, QuietMissions)
RULES_FOR_A_TEAM = (TeamCheckIns, TeamDepartmentsBridged)


class Badge(Frozen):
    """A badge; `how` says what earns it, and afterwards why it was earned."""

    slug: Slug
    family: Family
    rank: Rank
    icon: BadgeIcon
    enamel: Enamel
    audience: Audience
    name: Title
    how: Sentence
    rule: Rule

    @property
    def is_team(self) -> bool:
        return self.family is Family.TEAM


class BadgeFile(Frozen):
    badges: tuple[Badge, ...]


@dataclass(frozen=True)
class Catalogue:
    """Challenges by number, badges in the order of their file."""

    challenges: tuple[Challenge, ...]
    badges: tuple[Badge, ...]

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
    _refuse_repetition(_named_in_challenges(challenges))
    _refuse_repetition((BADGES_FILE, f"badges[{each.slug}].slug", each.slug) for each in badges)
    catalogue = Catalogue(tuple(challenges), badges)
    for badge in badges:
        if reason := _fault_of(badge, catalogue):
            raise ContentError(BADGES_FILE, f"badges[{badge.slug}].{reason[0]}", reason[1])
    return catalogue


def _read_challenge(path: Path) -> Challenge:
    challenge = read(path, Challenge)
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
