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
from challenges.reporting import FEWEST_BANDS, Share, counts_in, finest_bands

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


def _tells_nothing(
    parts: Sequence[TeamPart], people: int, bands: int, extra: int, insiders: int
) -> bool:
    bounds = [part.bounds(extra) for part in parts]
    known = sum(part.known for part in parts)
    fewest = known + sum(low for low, _ in bounds)
    most = known + sum(high for _, high in bounds)
    for band in range(bands):
        counts = counts_in(Share(band, bands), people)
        if counts[-1] < fewest or counts[0] > most:
            continue
        # How far all teams together can be from their least, and from their most.
        above, below = counts[-1] - fewest, most - counts[0]
        for part, (low, high) in zip(parts, bounds, strict=True):
            if low + above < high and low + above <= insiders:
                return False
            if high - below > low and high - below >= part.hidden - insiders:
                return False
    return True
