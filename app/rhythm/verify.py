"""Every invariant recomputed from the ground, on purpose by other means than the writes use.

Each check yields one sentence a difference; the first one is what `flask verify` reports.
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select, text

from app.accounts.models import LoginSession, User
from app.badges.models import BadgeAward
from app.dashboard.invariants import dashboard_differences
from app.database import db
from app.history.models import CheckIn, PointEntry, Streak
from app.history.queries import histories
from app.notifications.invariants import outbox_differences
from app.pulse.invariants import pulse_differences
from app.rhythm.verify_league import published_differs
from app.seasons.models import Participation, Round, Season
from app.seasons.queries import SeasonRow, get_season
from challenges import badges, streaks
from challenges.calendar import booking_round, is_in_time
from challenges.catalogue import Catalogue
from challenges.points import (
    BRIDGE,
    CATCH_UP,
    CHECK_IN,
    MEETING_CONFIRMED,
    OF_A_MEETING,
    EntryKind,
    thing_of,
)

Differences = Iterator[str]


def differences(catalogue: Catalogue) -> Differences:
    """Everything that does not agree, the gravest first."""
    yield from _integrity()
    yield from _disabled_users_with_sessions()
    yield from outbox_differences()
    for season_id in db.session.scalars(select(Season.id).order_by(Season.id)).all():
        season = get_season(season_id)
        for check in (_points, _check_ins, _ledger_of_check_ins, published_differs):
            yield from check(season, catalogue)
        yield from _streaks_and_badges(season, catalogue)
        yield from dashboard_differences(season, catalogue)
        yield from pulse_differences(season)


def _integrity() -> Differences:
    """I11: the database's own checks; PostgreSQL enforces its foreign keys by itself."""
    if db.engine.dialect.name != "sqlite":
        return
    for row in db.session.execute(text("PRAGMA foreign_key_check")):
        yield f"foreign key: a row of {row[0]} points to a missing row of {row[2]}"
    answer = db.session.scalar(text("PRAGMA integrity_check"))
    if answer != "ok":
        yield f"integrity: {answer}"


def _disabled_users_with_sessions() -> Differences:
    """I12."""
    for user_id in db.session.scalars(
        select(LoginSession.user_id)
        .join(User, User.id == LoginSession.user_id)
        .where(User.disabled_at.is_not(None))
    ):
        yield f"user {user_id} is disabled and still has a session"


def _points(season: SeasonRow, _catalogue: Catalogue) -> Differences:
    """I1: a participant's sum is that of her ledger rows."""
    ledger = dict(
        db.session.execute(
            select(PointEntry.user_id, func.sum(PointEntry.points))
            .join(Round, Round.id == PointEntry.round_id)
            .where(Round.season_id == season.id)
            .group_by(PointEntry.user_id)
        ).all()
    )
    for id_, user_id, points in db.session.execute(
        select(Participation.id, Participation.user_id, Participation.points).where(
            Participation.season_id == season.id
        )
    ):
        if points != (ledger.get(user_id) or 0):
            yield f"participation {id_}: {points} points kept, {ledger.get(user_id) or 0} in ledger"


def _check_ins(season: SeasonRow, _catalogue: Catalogue) -> Differences:
    """I6: the booking round follows from the challenge round and the stored instant."""
    rounds = {each.id: each for each in season.plan.rounds}
    for row in db.session.execute(
        select(CheckIn.id, CheckIn.round_id, CheckIn.booking_round_id, CheckIn.received_at).where(
            CheckIn.round_id.in_(rounds)
        )
    ):
        expected = booking_round(season.plan, rounds[row.round_id], row.received_at)
        if row.booking_round_id != (expected.id if expected else None):
            yield f"check-in {row.id}: booked in round {row.booking_round_id}, not {expected}"


def _ledger_of_check_ins(season: SeasonRow, _catalogue: Catalogue) -> Differences:
    """I2: each standing revision has its rows, each undone one is compensated, no row is alone."""
    rounds = {each.id: each for each in season.plan.rounds}
    booked: dict[str, list[PointEntry]] = defaultdict(list)
    for entry in db.session.scalars(
        select(PointEntry)
        .where(PointEntry.round_id.in_(rounds))
        .execution_options(yield_per=10_000)
    ):
        check_in, _, _ = entry.thing.partition("/")
        booked[check_in].append(entry)
    for row in db.session.execute(
        select(
            CheckIn.id,
            CheckIn.round_id,
            CheckIn.booking_round_id,
            CheckIn.received_at,
            CheckIn.revision,
            CheckIn.undone_at,
        ).where(CheckIn.round_id.in_(rounds))
    ):
        entries = booked.pop(thing_of(row.id), [])
        in_time = is_in_time(rounds[row.round_id], row.received_at)
        yield from _entries_differ(row, entries, in_time=in_time)
    for thing in booked:
        if thing.startswith("check-in:"):
            yield f"ledger: {thing} is booked but does not exist"


def _entries_differ(row, entries: list[PointEntry], *, in_time: bool) -> Differences:
    name = f"check-in {row.id}"
    own = [entry for entry in entries if entry.kind not in OF_A_MEETING]
    if any(entry.round_id != row.booking_round_id for entry in own):
        yield f"{name}: a ledger row is booked in another round"
    net: dict[tuple[int, str, str], int] = defaultdict(int)
    for entry in entries:
        net[entry.revision, entry.thing, entry.kind] += entry.points
    standing = {key: points for key, points in net.items() if points}
    if row.undone_at is not None and standing:
        yield f"{name}: undone, but {sum(standing.values())} points stand"
    if any(revision != row.revision for revision, _, _ in standing):
        yield f"{name}: points of an earlier revision stand"
    allowed = dict.fromkeys(OF_A_MEETING, MEETING_CONFIRMED) | (
        {EntryKind.CHECK_IN: CHECK_IN, EntryKind.BRIDGE: BRIDGE}
        if in_time
        else {EntryKind.CATCH_UP: CATCH_UP}
    )
    if any(allowed.get(EntryKind(kind)) != points for (_, _, kind), points in standing.items()):
        yield f"{name}: its standing points are not those of the rules"
    the_check_in = (row.revision, thing_of(row.id), EntryKind.CHECK_IN)
    if in_time and row.undone_at is None and the_check_in not in standing:
        yield f"{name}: stands in time without points"


def _streaks_and_badges(season: SeasonRow, catalogue: Catalogue) -> Differences:
    """I3 and I4: streaks and badge sets are what the history gives."""
    users = dict(
        db.session.execute(
            select(Participation.id, Participation.user_id).where(
                Participation.season_id == season.id
            )
        ).all()
    )
    stored = {
        row.participation_id: row
        for row in db.session.scalars(
            select(Streak)
            .join(Participation, Participation.id == Streak.participation_id)
            .where(Participation.season_id == season.id)
        )
    }
    held: dict[int, set[str]] = defaultdict(set)
    held_elsewhere: dict[int, set[str]] = defaultdict(set)
    for participation_id, user_id, badge in db.session.execute(
        select(BadgeAward.participation_id, BadgeAward.user_id, BadgeAward.badge)
    ):
        if participation_id in users:
            held[participation_id].add(badge)
        else:
            held_elsewhere[user_id].add(badge)
    for participation_id, history in histories(season.id, catalogue).items():
        result = streaks.streak(season.plan, history)
        yield from _streak_differs(participation_id, stored.get(participation_id), result)
        earned = badges.earned(catalogue.badges, season.plan, history, result)
        expected = earned - held_elsewhere[users[participation_id]]
        if held[participation_id] != expected:
            differing = sorted(held[participation_id] ^ expected)
            yield f"participation {participation_id}: badges {differing} differ"


def _streak_differs(
    participation_id: int, stored: Streak | None, result: streaks.Streak
) -> Differences:
    # Somebody who has just joined has no row until her first check-in or the next closing.
    kept = _figures(stored) if stored else _figures(streaks.Streak())
    if kept != _figures(result):
        yield f"participation {participation_id}: streak {kept} kept, {_figures(result)} recomputed"


def _figures(streak: Streak | streaks.Streak) -> tuple[int, ...]:
    return (
        streak.current,
        streak.longest,
        streak.settled_longest,
        streak.grace_held,
        streak.grace_spent,
    )
