"""The verbs of the week: pledge, check in, undo, redo, be away.

Each runs inside the caller's `writing()`, takes the server's clock as `now`, and leaves ledger,
sums, streak and badges agreeing with the history.
"""

from datetime import datetime

from app.badges.service import Occasion, follow_history
from app.checkins.reports import (
    Report,
    check_discomfort,
    check_mission,
    checked,
    remove_meetings,
    said_in,
    write_meetings,
)
from app.database import db, insert_if_new
from app.history.models import CheckIn, Pledge
from app.history.own import OwnCheckIn, history_of
from app.history.queries import find_check_in, find_pledge, is_catch_up_paid
from app.history.service import book, reverse, store_streak
from app.organisation.queries import find_team_of
from app.seasons.models import Participation
from app.seasons.queries import SeasonRow
from app.seasons.service import hold_current_season, set_away
from challenges import badges
from challenges.calendar import (
    booking_round,
    is_closing_late,
    is_in_time,
    is_rescue_over,
    last_catch_up,
)
from challenges.catalogue import Catalogue
from challenges.errors import (
    AlreadyCheckedIn,
    BeforeJoining,
    NotCheckedIn,
    NoTeam,
    RoundClosed,
    RoundIsClosing,
    RoundNotOpen,
)
from challenges.model import History, Round
from challenges.points import Entry, bridged_before, catch_up_entries, in_time_entries
from challenges.streaks import streak


def pledge(
    user_id: int,
    number: int,
    *,
    mission: str,
    expected: int | None,
    catalogue: Catalogue,
    now: datetime,
) -> Pledge:
    """Say beforehand what one means to do; a later pledge replaces an earlier one."""
    season, participation = hold_current_season(user_id)
    challenge_round = _her_round(season, participation, number, now)
    check_mission(mission, challenge_round, catalogue)
    check_discomfort(expected)
    if not is_in_time(challenge_round, _receipt(season, now)):
        raise RoundNotOpen
    if find_check_in(participation.id, challenge_round.id) is not None:
        raise AlreadyCheckedIn
    row = find_pledge(participation.id, challenge_round.id)
    if row is None:
        row = Pledge(participation_id=participation.id, round_id=challenge_round.id)
        db.session.add(row)
    row.mission, row.expected, row.pledged_at = mission, expected, now
    db.session.flush()
    return row


def check_in(
    user_id: int, number: int, report: Report, *, catalogue: Catalogue, now: datetime
) -> CheckIn:
    """Check in for a challenge round, in time or to catch it up; anew if it was undone.

    Raises AlreadyCheckedIn when that is done, so that a double click or a retry changes nothing.
    """
    season, participation = hold_current_season(user_id)
    challenge_round = _her_round(season, participation, number, now)
    earlier = find_check_in(participation.id, challenge_round.id)
    if earlier is not None and earlier.undone_at is None:
        raise AlreadyCheckedIn
    if earlier is not None:
        return _stand_again(season, participation, number, report, catalogue, now)
    report = checked(report, participation.id, challenge_round, catalogue)
    row = _new_check_in(season, participation, challenge_round, report, now)
    write_meetings(row, report)
    _book_and_settle(season, participation, row, catalogue, now)
    return row


def undo(user_id: int, number: int, *, catalogue: Catalogue, now: datetime) -> CheckIn:
    """Take a check-in back: its row and text stay, compensating rows are booked."""
    season, participation = hold_current_season(user_id)
    row = _changeable(season, participation, number, now)
    if row.undone_at is not None:
        raise NotCheckedIn
    row.undone_at = now
    reverse(row, participation, now=now)
    occasion = _occasion(participation, row.booking_round_id or row.round_id, row.team_id, now)
    _settle(season, occasion, history_of(participation.id, catalogue), catalogue)
    return row


def redo(
    user_id: int, number: int, report: Report | None, *, catalogue: Catalogue, now: datetime
) -> CheckIn:
    """Let an undone check-in stand again as a new revision: as it was, or with a new report."""
    season, participation = hold_current_season(user_id)
    return _stand_again(season, participation, number, report, catalogue, now)


def _stand_again(
    season: SeasonRow,
    participation: Participation,
    number: int,
    report: Report | None,
    catalogue: Catalogue,
    now: datetime,
) -> CheckIn:
    row = _changeable(season, participation, number, now)
    if row.undone_at is None:
        raise AlreadyCheckedIn
    if report is not None:
        challenge_round = _her_round(season, participation, number, now)
        report = checked(report, participation.id, challenge_round, catalogue)
        for name, value in said_in(report).items():
            setattr(row, name, value)
        remove_meetings(row)
        write_meetings(row, report)
    row.undone_at = None
    row.revision += 1
    _book_and_settle(season, participation, row, catalogue, now)
    return row


def mark_away(
    user_id: int, number: int, *, is_away: bool, catalogue: Catalogue, now: datetime
) -> None:
    """Be away in a round, or not after all, until that round is settled."""
    season, participation = hold_current_season(user_id)
    challenge_round = season.plan.round(number)
    if challenge_round is None or number < participation.first_round:
        raise BeforeJoining
    if is_rescue_over(season.plan, challenge_round):
        raise RoundClosed
    if is_closing_late(season.plan, challenge_round, now):
        raise RoundIsClosing
    team = find_team_of(user_id, before=challenge_round.ends_at)
    if team is None:
        raise NoTeam
    set_away(participation, challenge_round.id, is_away=is_away)
    occasion = _occasion(participation, challenge_round.id, team.id, now)
    _settle(season, occasion, history_of(participation.id, catalogue), catalogue)


def _her_round(
    season: SeasonRow, participation: Participation, number: int, now: datetime
) -> Round:
    challenge_round = season.plan.round(number)
    if challenge_round is None or now < challenge_round.starts_at:
        raise RoundNotOpen
    if number < participation.first_round:
        raise BeforeJoining
    if participation.left_from is not None and number >= participation.left_from:
        raise RoundNotOpen
    return challenge_round


def _receipt(season: SeasonRow, now: datetime) -> datetime:
    """The instant of receipt; never before a closing that this write had to wait for."""
    return max([now, *(each.closes_at for each in season.plan.rounds if each.closed)])


def _new_check_in(
    season: SeasonRow,
    participation: Participation,
    challenge_round: Round,
    report: Report,
    now: datetime,
) -> CheckIn:
    received_at = _receipt(season, now)
    if received_at >= last_catch_up(season.plan):
        raise RoundClosed
    booked_in = booking_round(season.plan, challenge_round, received_at)
    team = find_team_of(participation.user_id, before=(booked_in or challenge_round).ends_at)
    if team is None:
        raise NoTeam
    row = insert_if_new(
        CheckIn,
        participation_id=participation.id,
        round_id=challenge_round.id,
        booking_round_id=booked_in.id if booked_in else None,
        team_id=team.id,
        received_at=received_at,
        revision=1,
        **said_in(report),
    )
    if row is None:
        raise AlreadyCheckedIn
    return row


def _changeable(
    season: SeasonRow, participation: Participation, number: int, now: datetime
) -> CheckIn:
    """The check-in of that round while its booking round is open, so that it may be undone."""
    challenge_round = season.plan.round(number)
    row = challenge_round and find_check_in(participation.id, challenge_round.id)
    if not row:
        raise NotCheckedIn
    if _receipt(season, now) >= changeable_until(season, row):
        raise RoundClosed
    return row


def changeable_until(season: SeasonRow, row: CheckIn | OwnCheckIn) -> datetime:
    """Undo and redo are possible before this instant."""
    for each in season.plan.rounds:
        if each.id == row.booking_round_id:
            return each.closes_at
    return last_catch_up(season.plan)


def _book_and_settle(
    season: SeasonRow,
    participation: Participation,
    row: CheckIn,
    catalogue: Catalogue,
    now: datetime,
) -> None:
    db.session.flush()
    history = history_of(participation.id, catalogue)
    book(row, participation, _entries(season, participation, row, history), now=now)
    occasion = _occasion(participation, row.booking_round_id or row.round_id, row.team_id, now)
    _settle(season, occasion, history, catalogue)


def _entries(
    season: SeasonRow, participation: Participation, row: CheckIn, history: History
) -> tuple[Entry, ...]:
    challenge_round = next(each for each in season.plan.rounds if each.id == row.round_id)
    if is_in_time(challenge_round, row.received_at):
        this = history.done[challenge_round.number]
        return in_time_entries(this.departments, bridged_before(season.plan, history, this))
    if row.booking_round_id is None:
        return ()
    return catch_up_entries(
        paid_before=is_catch_up_paid(participation.user_id, row.booking_round_id)
    )


def _occasion(participation: Participation, round_id: int, team_id: int, now: datetime) -> Occasion:
    return Occasion(
        user_id=participation.user_id,
        participation_id=participation.id,
        round_id=round_id,
        team_id=team_id,
        now=now,
    )


def _settle(season: SeasonRow, occasion: Occasion, history: History, catalogue: Catalogue) -> None:
    """Streak and badges follow what the history now says."""
    result = streak(season.plan, history)
    store_streak(occasion.participation_id, result)
    follow_history(occasion, badges.earned(catalogue.badges, season.plan, history, result))
