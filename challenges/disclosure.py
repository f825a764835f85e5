"""How finely a share may be told to somebody who also reads the league.

The league shows each team's points, and its shelf how many hold a challenge's pin for the first
time. Both bound how many of a team checked in. A band is published only if no band that could
come out would, together with those bounds, tell of anybody that she did or did not check in.
Whether it is published depends on the league alone, so that silence tells nothing either
(simulatable auditing: Kenthapadi, Mishra and Nissim 2005).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from challenges.points import BRIDGE, CATCH_UP, CHECK_IN, MEETING_CONFIRMED
from challenges.reporting import FEWEST_BANDS, SMALLEST_SHOWN, Share, counts_in, finest_bands

# What a person may have been paid in a round besides her check-in: nothing (in round 1), a
# catch-up, a confirmed meeting too. A reader may know which; so it has to hold for each.
EXTRAS = (0, CATCH_UP, CATCH_UP + MEETING_CONFIRMED)


@dataclass(frozen=True, slots=True)
class TeamPart:
    """A team in a round, as a reader of the league knows it.

    `known` check-ins stand on the shelf as first pins; `hidden` people held that pin before, so
    that the shelf does not move for them.
    """

    available: int
    points: int
    known: int
    hidden: int

    @property
    def possible(self) -> int:
        """How many people the league leaves under suspicion of having checked in."""
        _, most = self.bounds(0)
        first = self.available - self.hidden if self.known else 0
        return first + (self.hidden if most else 0)

    @property
    def most(self) -> int:
        """The most check-ins that the league leaves possible."""
        return self.known + self.bounds(0)[1]

    def bounds(self, extra: int) -> tuple[int, int]:
        """The fewest and the most of the hidden people who can have checked in."""
        most = max(0, min(self.hidden, self.points // CHECK_IN - self.known))
        unexplained = self.points - extra * self.available - (CHECK_IN + BRIDGE) * self.known
        return min(most, max(0, -(-unexplained // (CHECK_IN + BRIDGE)))), most


def bands_for(parts: Sequence[TeamPart], managers: int) -> int:
    """The most bands in which the group's share may be told; 0 when it may not be told.

    `managers` of the available people manage somebody. They are counted, but never make bands
    finer; and a manager may put her own check-in together with a colleague's.
    """
    people = sum(part.available for part in parts)
    insiders = 2 if managers else 1
    for bands in range(finest_bands(people - managers), FEWEST_BANDS - 1, -1):
        if all(_tells_nothing(parts, people, bands, extra, insiders) for extra in EXTRAS):
            return bands
    return 0


def may_move_sums(parts: Sequence[TeamPart], managers: int) -> bool:
    """Whether sums take the round in. With too few at work, or too few who can have done anything
    by the league, what is added would be somebody's: it waits for a fuller round."""
    people = sum(part.available for part in parts)
    possible = sum(part.possible for part in parts)
    return finest_bands(people - managers) > 0 and possible >= SMALLEST_SHOWN


def _tells_nothing(
    parts: Sequence[TeamPart], people: int, bands: int, extra: int, insiders: int
) -> bool:
    bounds = [part.bounds(extra) for part in parts]
    known = sum(part.known for part in parts)
    fewest = known + sum(low for low, _ in bounds)
    most = known + sum(high for _, high in bounds)
    # What an insider knows of another team brings this one nearer to its limits.
    from_outside = insiders if len(parts) > 1 else 0
    for band in range(bands):
        counts = counts_in(Share(band, bands), people)
        if counts[-1] < fewest or counts[0] > most:
            continue
        for part, (low, high) in zip(parts, bounds, strict=True):
            # All other teams at their least, and at their most.
            at_most, at_least = low + counts[-1] - fewest, high + counts[0] - most
            tells_of_nobody = at_most - from_outside < high and at_most <= insiders
            tells_of_all = at_least + from_outside > low and at_least >= part.hidden - insiders
            if low < high and (tells_of_nobody or tells_of_all):
                return False
    return True
