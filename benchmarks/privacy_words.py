"""What the attack on the dashboards speaks of: a policy, people, their deeds, what is published."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Policy:
    """What the dashboards do; each may be switched off to see whether it is needed."""

    merging: bool = True
    banding: bool = True
    rounding: bool = True
    # A band is refused where it could betray somebody to a reader of the league.
    asking: bool = True
    # A parent's figure is made of its groups' published ones, not measured.
    made_of_parts: bool = True
    # People count where the league counts them; else by team at joining, and without managers.
    as_league: bool = True
    # Means of discomfort are told in steps and never near the ends, not exactly.
    coarse_means: bool = True
    # From twenty people, not from one.
    enough_for_means: bool = True
    # For everybody alone, not for each group too.
    means_of_all: bool = True


@dataclass(slots=True)
class Person:
    id: int
    team: int
    keen: float
    # Always the same: the attacker is right that people repeat themselves.
    expects: int
    feels: int
    notes: bool
    is_manager: bool = False
    is_gone: bool = False
    joined: bool = False
    first_team: int = 0
    pins: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody available did in a round: `met` is how many people, `noted` whether she gave
    both figures."""

    person: Person
    team: int
    checked_in: bool
    had_pin: bool
    points: int
    met: int
    noted: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A group's page after a round: the counts its band may stand for (None without a band), and
    what its sum of meetings may be. `leaves` are the counted groups that it is about."""

    leaves: tuple[int, ...]
    low: int | None
    high: int | None
    meetings: tuple[int, int]
