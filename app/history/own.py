"""What one participant noted in her season, read in one statement: for her own pages, and for the
rules as her `History`."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, bindparam, select

from app.database import read
from app.history.models import CheckIn, Meeting, Pledge
from app.history.queries import as_done
from app.organisation.models import Department, Team
from app.seasons.models import Away, Participation, Round
from challenges.catalogue import Catalogue
from challenges.model import History


@dataclass(frozen=True, slots=True)
class OwnPledge:
    mission: str
    expected: int | None


@dataclass(frozen=True, slots=True)
class OwnMeeting:
    id: int
    department_id: int | None
    department: str | None
    is_outside: bool
    person: str


@dataclass(frozen=True, slots=True)
class OwnCheckIn:
    """A check-in, standing or undone; `department_id` is that of the team it was booked for."""

    id: int
    booking_round_id: int | None
    team_id: int
    department_id: int
    mission: str
    recalled: int | None
    actual: int | None
    note: str
    happened_on: date
    received_at: datetime
    revision: int
    undone_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.undone_at is None


@dataclass(slots=True)
class OwnRound:
    number: int
    challenge: str
    is_away: bool
    pledge: OwnPledge | None
    check_in: OwnCheckIn | None
    meetings: list[OwnMeeting] = field(default_factory=list)

    @property
    def expected(self) -> int | None:
        return self.pledge.expected if self.pledge else None


@dataclass(frozen=True, slots=True)
class OwnSeason:
    """One participation's season; `rounds` has all of its rounds by number."""

    first_round: int
    left_from: int | None
    rounds: dict[int, OwnRound]

    @property
    def done(self) -> dict[int, tuple[OwnRound, OwnCheckIn]]:
        """The rounds with a standing check-in."""
        return {
            number: (each, each.check_in)
            for number, each in self.rounds.items()
            if each.check_in is not None and each.check_in.stands
        }

    def history(self, catalogue: Catalogue) -> History:
        return History(
            first_round=self.first_round,
            done={
                number: as_done(
                    catalogue,
                    number=number,
                    challenge=each.challenge,
                    mission=check_in.mission,
                    received_at=check_in.received_at,
                    own_department=check_in.department_id,
                    met={met.department_id for met in each.meetings},
                    both_figures=each.expected is not None and check_in.actual is not None,
                )
                for number, (each, check_in) in self.done.items()
            },
            away=frozenset(number for number, each in self.rounds.items() if each.is_away),
            left_from=self.left_from,
        )


_OWN = (
    select(
        Participation.first_round,
        Participation.left_from,
        Round.number,
        Round.challenge,
        Away.round_id.label("away_round_id"),
        Pledge.id.label("pledge_id"),
        Pledge.mission.label("pledged_mission"),
        Pledge.expected,
        CheckIn.id,
        CheckIn.booking_round_id,
        CheckIn.team_id,
        Team.department_id,
        CheckIn.mission,
        CheckIn.recalled,
        CheckIn.actual,
        CheckIn.note,
        CheckIn.happened_on,
        CheckIn.received_at,
        CheckIn.revision,
        CheckIn.undone_at,
        Meeting.id.label("meeting_id"),
        Meeting.department_id.label("met_department_id"),
        Department.name.label("met_department"),
        Meeting.is_outside,
        Meeting.person,
    )
    .select_from(Participation)
    .join(Round, Round.season_id == Participation.season_id)
    .outerjoin(Away, (Away.participation_id == Participation.id) & (Away.round_id == Round.id))
    .outerjoin(
        Pledge, (Pledge.participation_id == Participation.id) & (Pledge.round_id == Round.id)
    )
    .outerjoin(
        CheckIn, (CheckIn.participation_id == Participation.id) & (CheckIn.round_id == Round.id)
    )
    .outerjoin(Team, Team.id == CheckIn.team_id)
    .outerjoin(Meeting, Meeting.check_in_id == CheckIn.id)
    .outerjoin(Department, Department.id == Meeting.department_id)
    .where(Participation.id == bindparam("participation_id"))
    .order_by(Round.number, Meeting.id)
)


def own_season(participation_id: int) -> OwnSeason:
    rows = read(_OWN, {"participation_id": participation_id})
    rounds: dict[int, OwnRound] = {}
    for row in rows:
        if row.number not in rounds:
            rounds[row.number] = _round(row)
        if row.meeting_id is not None:
            rounds[row.number].meetings.append(
                OwnMeeting(
                    row.meeting_id,
                    row.met_department_id,
                    row.met_department,
                    row.is_outside,
                    row.person,
                )
            )
    return OwnSeason(rows[0].first_round, rows[0].left_from, rounds)


def history_of(participation_id: int, catalogue: Catalogue) -> History:
    return own_season(participation_id).history(catalogue)


def _round(row: Row) -> OwnRound:
    return OwnRound(
        number=row.number,
        challenge=row.challenge,
        is_away=row.away_round_id is not None,
        pledge=None if row.pledge_id is None else OwnPledge(row.pledged_mission, row.expected),
        check_in=None if row.id is None else _check_in(row),
    )


def _check_in(row: Row) -> OwnCheckIn:
    return OwnCheckIn(
        id=row.id,
        booking_round_id=row.booking_round_id,
        team_id=row.team_id,
        department_id=row.department_id,
        mission=row.mission,
        recalled=row.recalled,
        actual=row.actual,
        note=row.note,
        happened_on=row.happened_on,
        received_at=row.received_at,
        revision=row.revision,
        undone_at=row.undone_at,
    )
