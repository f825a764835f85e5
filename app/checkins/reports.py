"""What a check-in says, checked against the rules and written to its rows."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, insert

from app.database import db
from app.history.models import CheckIn, Meeting
from app.history.queries import find_pledge
from app.organisation.queries import departments
from challenges.catalogue import Catalogue
from challenges.errors import UnknownDepartment, UnknownMission, ValueOutOfRange
from challenges.model import DISCOMFORT, Round

NOTE_LENGTH = 2000
NAME_LENGTH = 120
MEETINGS_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody met: from a department, from outside, or (neither) left unsaid.

    `person` is a name for the author's own memory.
    """

    department_id: int | None = None
    is_outside: bool = False
    person: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`recalled` is an expectation given only afterwards, and counts where none was given before;
    both figures run from 0 to 10."""

    mission: str
    happened_on: date
    actual: int | None = None
    recalled: int | None = None
    met: tuple[Met, ...] = ()
    note: str = ""


def checked(
    report: Report, participation_id: int, challenge_round: Round, catalogue: Catalogue
) -> Report:
    """The report as it is to be stored."""
    check_mission(report.mission, challenge_round, catalogue)
    check_discomfort(report.actual)
    check_discomfort(report.recalled)
    if len(report.note) > NOTE_LENGTH or len(report.met) > MEETINGS_AT_MOST:
        raise ValueOutOfRange
    if any(len(each.person) > NAME_LENGTH for each in report.met):
        raise ValueOutOfRange
    known = {None, *(each.id for each in departments())} if report.met else set()
    if any(each.department_id not in known for each in report.met):
        raise UnknownDepartment
    if report.recalled is None:
        return report
    pledge = find_pledge(participation_id, challenge_round.id)
    is_told_before = pledge is not None and pledge.expected is not None
    return replace(report, recalled=None) if is_told_before else report


def check_mission(slug: str, challenge_round: Round, catalogue: Catalogue) -> None:
    missions = catalogue.challenge(challenge_round.challenge).missions
    if slug not in {mission.slug for mission in missions}:
        raise UnknownMission


def check_discomfort(value: int | None) -> None:
    if value is not None and value not in DISCOMFORT:
        raise ValueOutOfRange


def said_in(report: Report) -> dict[str, object]:
    """A check-in's columns that hold what its author says."""
    return {
        "mission": report.mission,
        "happened_on": report.happened_on,
        "actual": report.actual,
        "recalled": report.recalled,
        "note": report.note,
    }


def write_meetings(row: CheckIn, report: Report) -> None:
    """For a check-in that has none yet."""
    if report.met:
        db.session.execute(
            insert(Meeting),
            [
                {
                    "check_in_id": row.id,
                    "department_id": met.department_id,
                    "is_outside": met.is_outside,
                    "person": met.person,
                }
                for met in report.met
            ],
        )


def remove_meetings(row: CheckIn) -> None:
    db.session.execute(delete(Meeting).where(Meeting.check_in_id == row.id))
