"""People who play a season out of their mail: what they do with it, drawn from a seed, and which
mails they are owed for it. Nothing here asks the site what it has sent or saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from app.notifications.kinds import WeekMail


class Deed(StrEnum):
    """What somebody does in a round in which Monday's mail has come to her."""

    NOTHING = "nothing"
    PLEDGES = "pledges, and no more"
    PLEDGES_AND_DOES = "pledges, and checks in by the same mail on Wednesday"
    IS_REMINDED = "pledges, and checks in by the reminder"
    DOES = "checks in on Tuesday, without a pledge"
    REGRETS = "checks in on Tuesday, and takes it back after ten minutes"
    COMES_LATE = "pledges, and means to check in when the round has just closed"


PLEDGING = frozenset({Deed.PLEDGES, Deed.PLEDGES_AND_DOES, Deed.IS_REMINDED, Deed.COMES_LATE})
# Before Thursday, by Monday's mail.
DOING = frozenset({Deed.PLEDGES_AND_DOES, Deed.DOES, Deed.REGRETS})


@dataclass(frozen=True)
class Habits:
    """Rounds by number. Whoever joins later does so on a Tuesday; leaving, and a closed account,
    are a Wednesday's; `stops` is from which round on a mail of that kind is answered with "stop".
    """

    deeds: Sequence[Deed]
    joins: int = 1
    leaves: int | None = None
    closes: int | None = None
    away: frozenset[int] = frozenset()
    stops: Mapping[WeekMail, int] = field(default_factory=dict)
    is_scanned: bool = False

    def stays(self, number: int) -> bool:
        """Past that round's Wednesday."""
        return all(number < ends for ends in (self.leaves, self.closes) if ends is not None)

    def begins(self, number: int) -> bool:
        """Takes part on that round's Monday morning."""
        if number == 1:
            return self.joins == 1
        return self.joins < number and self.stays(number - 1)


@dataclass(frozen=True)
class Owed:
    """What comes of a round: the mails of the week, and what is saved in the end."""

    mails: frozenset[WeekMail]
    has_pledged: bool
    has_checked_in: bool


def draw(number: int, rounds: int, random: Random) -> Habits:
    """The habits of the person of that number: in every ten there is one of each kind."""
    later = random.randint(2, rounds - 1)
    deeds = tuple(random.choices(tuple(Deed), weights=(2, 2, 3, 4, 3, 1, 1), k=rounds))
    stop = {WeekMail.MONDAY: later}, {WeekMail.REMINDER: 1}, {WeekMail.TABLE: 1}
    match number % 10:
        case 1:
            return Habits(deeds, joins=later)
        case 2:
            return Habits(deeds, leaves=later)
        case 3:
            return Habits(deeds, closes=later)
        case 4:
            return Habits(deeds, away=frozenset(random.sample(range(2, rounds + 1), 2)))
        case 5 | 6 | 7 as kind:
            return Habits(deeds, stops=stop[kind - 5])
        case 8:
            return Habits(deeds, stops={WeekMail.BADGE: 1})
        case 9:
            return Habits(deeds, is_scanned=True)
        case _:
            return Habits(deeds)


def owed(habits: Habits, rounds: int, reminded: frozenset[int]) -> dict[int, Owed]:
    """By round; `reminded` are those with a working day on their Thursday or Friday."""
    refused: set[WeekMail] = set()
    found: dict[int, Owed] = {}
    for number in range(1, rounds + 1):
        is_here = number not in habits.away
        stays = habits.joins <= number and habits.stays(number)
        deed = habits.deeds[number - 1]
        mails: set[WeekMail] = set()
        if habits.begins(number) and is_here:
            mails |= {WeekMail.MONDAY} - refused
        has_mail = WeekMail.MONDAY in mails
        has_pledged = has_mail and deed in PLEDGING
        # Wednesday's tap comes after somebody has left.
        has_done = has_mail and deed in DOING and (stays or deed is not Deed.PLEDGES_AND_DOES)
        if has_pledged and not has_done and stays and number in reminded:
            mails |= {WeekMail.REMINDER} - refused
        # It comes when the next round has begun.
        if stays and is_here and number + 1 not in habits.away:
            mails |= {WeekMail.TABLE} - refused
        is_reminded = WeekMail.REMINDER in mails and deed is Deed.IS_REMINDED
        found[number] = Owed(
            frozenset(mails),
            has_pledged,
            is_reminded or (has_done and deed is not Deed.REGRETS),
        )
        refused |= {kind for kind in mails if number >= habits.stops.get(kind, rounds + 1)}
    return found
