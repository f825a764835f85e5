"""The site's rows beside the paper's."""

from collections import Counter
from dataclasses import asdict

from sqlalchemy import bindparam, func, select, update

from app.badges.models import BadgeAward, TeamBadgeAward
from app.database import db, writing
from app.history.models import CheckIn, Pledge, PointEntry, Streak
from app.history.queries import histories
from app.league.models import TeamRound
from app.seasons.models import Participation, Round, Season
from tests.app.game.paper import Paper, Player
from tests.app.game.paper_table import League, Row
from tests.challenges.streak_by_events import Shown

FIGURES = (
    Streak.current,
    Streak.longest,
    Streak.settled_longest,
    Streak.grace_held,
    Streak.grace_spent,
)
# Put together once, because they are asked after every act.
_STANDING = (
    select(
        Participation.points,
        *FIGURES,
        BadgeAward.badge,
        Round.number.label("won_in"),
        BadgeAward.team_id.label("won_for"),
    )
    .outerjoin(Streak, Streak.participation_id == Participation.id)
    .outerjoin(BadgeAward, BadgeAward.participation_id == Participation.id)
    .outerjoin(
        Round, (Round.id == BadgeAward.round_id) & (Round.season_id == Participation.season_id)
    )
    .where(
        Participation.user_id == bindparam("user"), Participation.season_id == bindparam("season")
    )
)
_BOOKED = (
    select(Round.number, PointEntry.team_id, func.sum(PointEntry.points))
    .join(Round, Round.id == PointEntry.round_id)
    .where(PointEntry.user_id == bindparam("user"), Round.season_id == bindparam("season"))
    .group_by(Round.number, PointEntry.team_id)
)


def compare_player(paper: Paper, player: Player, season_id: int) -> None:
    """Her points a round and in all, her streak and her awards."""
    hers = {"user": player.user, "season": season_id}
    rows = db.session.execute(_STANDING, hers).all()
    if not rows:
        assert player.first is None
        return
    booked = Counter(
        {
            (number, team_id): points
            for number, team_id, points in db.session.execute(_BOOKED, hers)
            if points
        }
    )
    expected = Counter[tuple[int, int]]()
    for deed in player.standing():
        if deed.booked and deed.total:
            expected[deed.booked, deed.team] += deed.total
    assert booked == expected
    assert rows[0].points == expected.total()
    figures = [getattr(rows[0], each.key) for each in FIGURES]
    # Somebody who has only joined has no streak's row yet.
    shown = Shown(0, 0, 0, 1, 0) if None in figures else Shown(*figures)
    assert shown == paper.streak(player)
    awards = {row.badge: (row.won_in, row.won_for) for row in rows if row.badge is not None}
    assert awards == player.awards


def compare_table(league: League, season_id: int) -> None:
    """Every row of every closed round, so that what was published has not moved either."""
    db.session.rollback()
    published: list[dict[int, Row]] = [{} for _ in league.published]
    for number, row in db.session.execute(
        select(Round.number, TeamRound)
        .join(Round, Round.id == TeamRound.round_id)
        .where(Round.season_id == season_id)
    ):
        published[number - 1][row.team_id] = Row(
            **{name: getattr(row, name) for name in Row.__dataclass_fields__}
        )
    for number, (rows, expected) in enumerate(
        zip(published, league.published, strict=True), start=1
    ):
        for team, row in expected.items():
            assert asdict(rows[team]) == asdict(row), (number, team)
    badges: dict[int, set[str]] = {}
    for team_id, badge in db.session.execute(
        select(TeamBadgeAward.team_id, TeamBadgeAward.badge).where(
            TeamBadgeAward.season_id == season_id
        )
    ):
        badges.setdefault(team_id, set()).add(badge)
    assert badges == league.team_badges
    goal = db.session.execute(
        select(Season.goal_target, Season.goal_count).where(Season.id == season_id)
    ).one()
    assert tuple(goal) == (league.goal_target, league.goal_count)


def compare_everything(league: League, season_id: int) -> None:
    paper = league.paper
    compare_table(league, season_id)
    for player in paper.players:
        compare_player(paper, player, season_id)
    expected = {
        (player.user, deed.number): (
            deed.booked,
            deed.received,
            deed.team,
            deed.mission.slug,
            deed.revision,
            deed.stands,
        )
        for player in paper.players
        for deed in player.deeds.values()
    }
    numbers: dict[int, int] = {each.id: each.number for each in paper.rounds}
    stored = {
        (user_id, numbers[row.round_id]): (
            numbers.get(row.booking_round_id or 0),
            row.received_at,
            row.team_id,
            row.mission,
            row.revision,
            row.undone_at is None,
        )
        for user_id, row in db.session.execute(
            select(Participation.user_id, CheckIn)
            .join(Participation, Participation.id == CheckIn.participation_id)
            .where(Participation.season_id == season_id)
        )
    }
    assert stored == expected
    compare_pledges(league, season_id)


def compare_pledges(league: League, season_id: int) -> None:
    stored: dict[int, dict[int, int | None]] = {}
    for user_id, number, expected in db.session.execute(
        select(Participation.user_id, Round.number, Pledge.expected)
        .join(Round, Round.id == Pledge.round_id)
        .join(Participation, Participation.id == Pledge.participation_id)
        .where(Participation.season_id == season_id)
    ):
        stored.setdefault(user_id, {})[number] = expected
    pledged = {player.user: player.pledged for player in league.paper.players if player.pledged}
    assert stored == pledged


def no_rule_reads_a_figure(paper: Paper, season_id: int) -> None:
    """Every noted figure becomes another one; the rules see the same histories as before."""
    before = histories(season_id, paper.catalogue)
    with writing():
        db.session.execute(update(CheckIn).values(actual=10 - CheckIn.actual, recalled=None))
        db.session.execute(update(Pledge).values(expected=(Pledge.expected + 3) % 11))
    assert histories(season_id, paper.catalogue) == before
