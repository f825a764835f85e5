"""The game on paper: what each act does by the rules of the game, without a database.

Written from the rules and not from the code, so that the two can disagree. It holds one season at
a time; each act says why it must be refused, or changes the paper.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from challenges.catalogue import Catalogue, Mission
from challenges.model import DepartmentId, Done, History, Round, Season
from tests.app.game.paper_badges import badges_of
from tests.challenges.streak_by_events import Shown, told

A_WEEK = timedelta(days=7)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Deed:
    """A check-in: where it counts, what it says, and what it is worth while it stands."""

    number: int
    booked: int | None
    received: datetime
    team: int
    mission: Mission
    others: frozenset[int]
    met: bool
    noted: bool
    stands: bool = True
    revision: int = 1
    points: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        return sum(points for _, points in self.points)


@dataclass
class Player:
    user: int
    teams: dict[datetime, int]
    first: int | None = None
    left_from: int | None = None
    pledged: dict[int, int | None] = field(default_factory=dict)
    deeds: dict[int, Deed] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    awards: dict[str, tuple[int, int]] = field(default_factory=dict)
    from_before: frozenset[str] = frozenset()

    def standing(self) -> list[Deed]:
        return [deed for deed in self.deeds.values() if deed.stands]

    def might_check_in(self, number: int) -> bool:
        return self.first is not None and number not in self.deeds

    def takes_part(self, number: int) -> bool:
        has_begun = self.first is not None and self.first <= number
        return has_begun and (self.left_from is None or number < self.left_from)


@dataclass
class Paper:
    catalogue: Catalogue
    department_of: dict[int, int]
    departments: list[int]
    players: list[Player]
    now: datetime
    rounds: list[Round]
    settled: bool = False

    # Time

    def receipt(self) -> datetime:
        return max([self.now, *(each.closes_at for each in self.rounds if each.closed)])

    def last_catch_up(self) -> datetime:
        return self.rounds[-1].closes_at + A_WEEK

    def round(self, number: int) -> Round:
        return self.rounds[number - 1]

    def running(self, instant: datetime) -> Round | None:
        weeks = [each for each in self.rounds if each.starts_at <= instant < each.ends_at]
        return weeks[0] if weeks else None

    def following(self, instant: datetime) -> Round | None:
        later = [each for each in self.rounds if instant < each.starts_at]
        return later[0] if later else None

    def is_in_time(self, number: int, instant: datetime) -> bool:
        return self.round(number).starts_at <= instant < self.round(number).closes_at

    def booking(self, number: int, instant: datetime) -> int | None:
        if self.is_in_time(number, instant):
            return number
        running = self.running(instant)
        if running is None or running.closes_at <= instant:
            running = self.following(instant)
        return running.number if running else None

    def is_settled(self, number: int) -> bool:
        """A missed round is settled by the next closing, the last one with the season."""
        return self.settled if number == len(self.rounds) else self.round(number + 1).closed

    def is_late(self, number: int) -> bool:
        """Whether the closing that publishes the round, or settles it, should have been done."""
        last = number == len(self.rounds)
        settling = self.last_catch_up() if last else self.round(number + 1).closes_at
        return (self.now >= self.round(number).closes_at and not self.round(number).closed) or (
            self.now >= settling and not self.is_settled(number)
        )

    def changeable_until(self, deed: Deed) -> datetime:
        return self.round(deed.booked).closes_at if deed.booked else self.last_catch_up()

    def changeable(self) -> list[tuple[Player, int]]:
        """The check-ins that may be undone, or redone, by those who are playing."""
        return [
            (player, number)
            for player in self.players
            for number, deed in player.deeds.items()
            if self.receipt() < self.changeable_until(deed)
        ]

    def team(self, player: Player, number: int) -> int:
        since = max(each for each in player.teams if each < self.round(number).ends_at)
        return player.teams[since]

    def close_at(self, number: int, instant: datetime) -> None:
        self.rounds[number - 1] = replace(self.round(number), closes_at=instant)

    # Who may do what: each yields the names of the refusals that are due

    def not_hers(self, player: Player, number: int) -> set[str]:
        reasons = set()
        if self.now < self.round(number).starts_at:
            reasons.add("RoundNotOpen")
        if player.first is not None and number < player.first:
            reasons.add("BeforeJoining")
        if player.left_from is not None and player.left_from <= number:
            reasons.add("RoundNotOpen")
        return reasons

    def not_playing(self, player: Player) -> set[str]:
        if self.settled:
            return {"NoRunningSeason"}
        return {"NotJoined"} if player.first is None else set()

    def join(self, player: Player) -> set[str]:
        if self.settled:
            return {"NoRunningSeason"}
        first = self.running(self.now)
        if first is None or first.closed:
            first = self.following(self.now)
        reasons = set()
        if first is None:
            reasons.add("RoundNotOpen")
        if player.first is not None and player.left_from is None:
            reasons.add("AlreadyJoined")
        if reasons or first is None:
            return reasons
        if player.left_from is not None:
            player.away |= {*range(player.left_from, first.number)}
            player.left_from = None
        else:
            player.first = first.number
        return set()

    def leave(self, player: Player) -> set[str]:
        if reasons := self.not_playing(player):
            return reasons
        if player.left_from is None:
            following = self.following(self.now)
            player.left_from = following.number if following else len(self.rounds) + 1
        return set()

    def pledge(self, player: Player, number: int, expected: int | None) -> set[str]:
        if reasons := self.not_playing(player) or self.not_hers(player, number):
            return reasons | self._done(player, number)
        if not self.is_in_time(number, self.receipt()):
            reasons.add("RoundNotOpen")
        reasons |= self._done(player, number)
        if not reasons:
            player.pledged[number] = expected
        return reasons

    def _done(self, player: Player, number: int) -> set[str]:
        return {"AlreadyCheckedIn"} if number in player.deeds else set()

    def check_in(
        self,
        player: Player,
        number: int,
        mission: Mission,
        departments: set[int],
        *,
        met: bool,
        noted: bool,
    ) -> set[str]:
        if reasons := self.not_playing(player):
            return reasons
        reasons = self.not_hers(player, number)
        deed = player.deeds.get(number)
        if deed is not None and not deed.stands:
            return reasons or self.redo(player, number, (mission, departments, met, noted))
        reasons |= self._done(player, number)
        if self.receipt() >= self.last_catch_up():
            reasons.add("RoundClosed")
        if reasons:
            return reasons
        booked = self.booking(number, self.receipt())
        team = self.team(player, booked or number)
        deed = Deed(number, booked, self.receipt(), team, mission, frozenset(), met, noted)
        self._stand(player, self._with_report(deed, mission, departments, met=met, noted=noted))
        return set()

    def _with_report(
        self, deed: Deed, mission: Mission, departments: set[int], *, met: bool, noted: bool
    ) -> Deed:
        others = frozenset(departments - {self.department_of[deed.team]})
        return replace(deed, mission=mission, others=others, met=met, noted=noted)

    def _stand(self, player: Player, deed: Deed) -> None:
        player.deeds[deed.number] = replace(deed, points=self._worth(player, deed))
        self.follow(player, deed.booked or deed.number, deed.team)

    def _worth(self, player: Player, deed: Deed) -> tuple[tuple[str, int], ...]:
        others = [each for each in player.standing() if each.number != deed.number]
        if self.is_in_time(deed.number, deed.received):
            bridged = {
                department
                for each in others
                if self.is_in_time(each.number, each.received)
                for department in each.others
            }
            new = (("bridge", 5),) if deed.others - bridged else ()
            return (("check-in", 10), *new)
        booked_there = [each.points for each in others if each.booked == deed.booked]
        is_paid = (("catch-up", 5),) in booked_there
        return () if is_paid or deed.booked is None else (("catch-up", 5),)

    def undo(self, player: Player, number: int) -> set[str]:
        if reasons := self.not_playing(player):
            return reasons
        deed = player.deeds.get(number)
        if deed is None:
            return {"NotCheckedIn"}
        reasons = set() if deed.stands else {"NotCheckedIn"}
        if self.receipt() >= self.changeable_until(deed):
            reasons.add("RoundClosed")
        if not reasons:
            player.deeds[number] = replace(deed, stands=False, points=())
            self.follow(player, deed.booked or deed.number, deed.team)
        return reasons

    def redo(
        self, player: Player, number: int, report: tuple[Mission, set[int], bool, bool] | None
    ) -> set[str]:
        if reasons := self.not_playing(player):
            return reasons
        deed = player.deeds.get(number)
        if deed is None:
            return {"NotCheckedIn"}
        reasons = {"AlreadyCheckedIn"} if deed.stands else set()
        if self.receipt() >= self.changeable_until(deed):
            reasons.add("RoundClosed")
        if reasons:
            return reasons
        if report is not None:
            mission, departments, met, noted = report
            deed = self._with_report(deed, mission, departments, met=met, noted=noted)
        self._stand(player, replace(deed, stands=True, revision=deed.revision + 1))
        return set()

    def mark_away(self, player: Player, number: int, *, is_away: bool) -> set[str]:
        if reasons := self.not_playing(player):
            return reasons
        reasons = set()
        if player.first is not None and number < player.first:
            reasons.add("BeforeJoining")
        if self.is_late(number):
            reasons.add("RoundIsClosing")
        if self.is_settled(number):
            reasons.add("RoundClosed")
        if not reasons:
            player.away.discard(number)
            player.away |= {number} if is_away else set()
            self.follow(player, number, self.team(player, number))
        return reasons

    # What follows from it

    def streak(self, player: Player) -> Shown:
        return told(Season(tuple(self.rounds), self.settled), self.history(player))

    def history(self, player: Player) -> History:
        return History(
            player.first or 1,
            {
                deed.number: Done(
                    deed.number,
                    "",
                    deed.mission.level,
                    frozenset(),
                    deed.received,
                    frozenset(DepartmentId(each) for each in deed.others),
                )
                for deed in player.standing()
            },
            frozenset(player.away),
            player.left_from,
        )

    def follow(self, player: Player, number: int, team: int) -> None:
        """Awards: lost ones are gone, new ones are won in that round for that team."""
        earned = badges_of(self, player) - player.from_before
        player.awards = {
            badge: player.awards.get(badge, (number, team)) for badge in sorted(earned)
        }
