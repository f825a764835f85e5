"""Badges and the rules that earn them, as content declares them; `badges` decides by them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from challenges.missions import Tag
from challenges.texts import Frozen, Sentence, Slug, Title

WHOLE_SEASON_MINIMUM = 5

BadgeIcon = Literal[
    "intresse", "rad", "forsta", "social", "tre", "kompis", "brev", "djup", "roll",
    "bro", "bro3", "nat", "fjader", "fjadrar", "stjarna", "mane", "dorr", "bord", "langbord",
    "vimpel", "kanna",
]  # fmt: skip
Enamel = Literal["lingon", "cardamom", "saffron", "porcelain", "espresso", "lilac"]
Count = Annotated[int, Field(ge=1)]


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

    def __hash__(self) -> int:
        """Slugs are unique; hashing every text costs more than what is looked up by it."""
        return hash(self.slug)

    @property
    def is_team(self) -> bool:
        return self.family is Family.TEAM
