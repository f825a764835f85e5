"""The league on paper: what a closing publishes, as of the instant at which the round closes."""

from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor

from challenges.badge_rules import Audience, TeamCheckIns, TeamDepartmentsBridged
from tests.app.game.paper import Deed, Paper, Player


@dataclass(frozen=True)
class Row:
    """A team's published round, under the names of `TeamRound`."""

    points: int
    available: int
    check_ins: int
    departments: int
    score: int
    season_score: int
    is_ranked: bool
    place: int | None = None
    shelf: dict[str, int] = field(default_factory=dict)


@dataclass
class League:
    paper: Paper
    published: list[dict[int, Row]] = field(default_factory=list)
    team_badges: dict[int, set[str]] = field(default_factory=dict)
    goal_target: int = 0
    goal_count: int = 0

    @property
    def teams(self) -> list[int]:
        return list(self.paper.department_of)

    def close(self) -> None:
        """Close the oldest open round, whenever that is."""
        paper, number = self.paper, len(self.published) + 1
        paper.rounds[number - 1] = replace(paper.round(number), closed=True)
        for player in paper.players:
            if player.first is not None:
                paper.follow(player, number, paper.team(player, number))
        self._publish(number)
        with_somebody = [deed.met for player in paper.players for deed in player.standing()]
        self.goal_count = sum(with_somebody)
        if number == 1:
            participants = sum(player.takes_part(1) for player in paper.players)
            self.goal_target = participants * len(paper.rounds) // 2

    def settle(self) -> None:
        self.paper.settled = True
        last = len(self.paper.rounds)
        for player in self.paper.players:
            if player.first is not None:
                self.paper.follow(player, last, self.paper.team(player, last))

    def _publish(self, number: int) -> None:
        participants = Counter[int]()
        available = Counter[int]()
        for player in self.paper.players:
            team = self.paper.team(player, number)
            participants[team] += player.takes_part(number)
            available[team] += self._is_available(player, number)
        deeds = [deed for player in self.paper.players for deed in player.standing()]
        points = Counter[int]()
        for deed in deeds:
            points[deed.team] += deed.total if deed.booked == number else 0
        mean = Fraction(points.total(), available.total()) if available.total() else Fraction(0)
        before = self.published[-1] if self.published else {}
        rows: dict[int, Row] = {}
        for team in self.teams:
            earlier = before.get(team, Row(0, 0, 0, 0, 0, 0, is_ranked=False))
            of_team = [deed for deed in deeds if deed.team == team and deed.booked]
            exact = (points[team] + 10 * mean) / (available[team] + 10) if available[team] else mean
            score = floor(100 * exact + Fraction(1, 2))
            rows[team] = Row(
                points=points[team],
                available=available[team],
                check_ins=sum(deed.booked == number for deed in of_team),
                departments=max(earlier.departments, _departments(of_team, number)),
                score=score,
                season_score=earlier.season_score + score,
                is_ranked=earlier.is_ranked or participants[team] >= 5,
            )
        self.published.append(rows)
        self._award(number)
        self.published[-1] = {
            team: replace(row, place=_place(row, rows), shelf=self._shelf(team, number))
            for team, row in rows.items()
        }

    def _is_available(self, player: Player, number: int) -> bool:
        has_points = sum(deed.total for deed in player.standing() if deed.booked == number) > 0
        return has_points or (player.takes_part(number) and number not in player.away)

    def _award(self, number: int) -> None:
        others = len(set(self.paper.departments)) - 1
        for team in self.teams:
            check_ins = sum(rows[team].check_ins for rows in self.published)
            departments = self.published[number - 1][team].departments
            for badge in self.paper.catalogue.badges:
                match badge.rule:
                    case TeamCheckIns(count=count):
                        is_earned = check_ins >= count
                    case TeamDepartmentsBridged():
                        is_earned = departments >= others
                    case _:
                        is_earned = False
                if is_earned:
                    self.team_badges.setdefault(team, set()).add(badge.slug)

    def _shelf(self, team: int, number: int) -> dict[str, int]:
        shown = {
            badge.slug for badge in self.paper.catalogue.badges if badge.audience is Audience.SHELF
        }
        personal = Counter(
            badge
            for player in self.paper.players
            for badge, (won_in, won_for) in player.awards.items()
            if won_in <= number and won_for == team and badge in shown
        )
        before = self.published[number - 2][team].shelf if number > 1 else {}
        # What was shown once stays, though its holder may since have taken back what earned it.
        return dict(personal | Counter(before)) | dict.fromkeys(self.team_badges.get(team, ()), 1)


def _departments(of_team: list[Deed], number: int) -> int:
    return len(
        {
            department
            for deed in of_team
            if deed.booked is not None and deed.booked <= number
            for department in deed.others
        }
    )


def _place(row: Row, rows: dict[int, Row]) -> int | None:
    if not row.is_ranked:
        return None
    mine = (row.season_score, row.departments)
    return 1 + sum(
        (other.season_score, other.departments) > mine for other in rows.values() if other.is_ranked
    )
