"""What a file would change: each row compared with the organisation as it is."""

from collections.abc import Iterable

from app.accounts.emails import is_email
from app.roster.entries import UNIT_SEPARATORS, Entry
from app.roster.matching import Matcher, Units
from app.roster.model import (
    Change,
    Field,
    Line,
    Organisation,
    Person,
    Plan,
    Unit,
    Verdict,
    names_of,
)
from app.roster.reading import Problem, problem

LONGEST_NAME = 120
LONGEST_NUMBER = 40


def plan_import(entries: Iterable[Entry], organisation: Organisation) -> Plan:
    """Leads are never leavers: nobody locks herself out with a file."""
    entries = tuple(entries)
    units = Units(organisation)
    for entry in entries:
        units.take_in(entry)
    matcher = Matcher(entries, organisation.people)
    lines = tuple(_line(entry, units, matcher) for entry in entries)
    present = {line.person.id for line in lines if line.person}
    return Plan(
        lines=lines,
        leavers=tuple(
            person
            for person in organisation.people
            if person.id not in present and not person.is_closed and not person.is_lead
        ),
        new_departments=tuple(units.new_departments.values()),
        new_teams=units.new_teams,
    )


def _line(entry: Entry, units: Units, matcher: Matcher) -> Line:
    person = matcher.find(entry)
    found = [*_mistakes(entry, person, units), *matcher.problems(entry, person)]
    team = units.team(entry.team) or (person.team if person else "")
    manages, unknown = _managed(entry, units)
    found += [problem("unknown-unit", unit=each) for each in unknown]
    changes = _changes(entry, person, team, manages) if person and not found else ()
    return Line(
        row=entry.row,
        name=entry.name,
        email=entry.email,
        number=entry.number or (person.number if person else ""),
        team=team,
        verdict=_verdict(person, changes, found),
        person=person,
        manages=manages,
        changes=changes,
        problems=tuple(found),
    )


def _verdict(
    person: Person | None, changes: tuple[Change, ...], problems: list[Problem]
) -> Verdict:
    if problems:
        return Verdict.WRONG
    if person is None:
        return Verdict.NEW
    return Verdict.CHANGED if changes else Verdict.UNCHANGED


def _mistakes(entry: Entry, person: Person | None, units: Units) -> list[Problem]:
    found = []
    if person and person.is_going:
        found.append(problem("going"))
    if not entry.name:
        found.append(problem("no-name"))
    if not entry.email:
        found.append(problem("no-email"))
    elif not is_email(entry.email):
        found.append(problem("not-an-email", email=entry.email[:LONGEST_NAME]))
    if not entry.department and (entry.team or person is None):
        found.append(problem("no-department"))
    for text, longest in (
        (entry.name, LONGEST_NAME),
        (entry.number, LONGEST_NUMBER),
        (entry.department, LONGEST_NAME),
        (entry.team, LONGEST_NAME),
    ):
        if len(text) > longest:
            found.append(problem("too-long", text=text[:longest], most=longest))
    for text in {entry.department, entry.team}:
        if UNIT_SEPARATORS.search(text):
            found.append(problem("separator-in-name", name=text))
    team = units.team(entry.team)
    if team and entry.department:
        home = units.department_of(team)
        if home is None:
            found.append(problem("joint-team", team=team))
        elif home.casefold() != entry.department.casefold():
            found.append(problem("other-department", team=team, department=home))
    return found


def _managed(entry: Entry, units: Units) -> tuple[frozenset[Unit] | None, list[str]]:
    """The units that the row names, and the names of which there is none."""
    if entry.manages is None:
        return None, []
    found = {each: units.find(each) for each in entry.manages}
    unknown = [name for name, unit in found.items() if unit is None]
    return frozenset(unit for unit in found.values() if unit), unknown


def _changes(
    entry: Entry, person: Person, team: str, manages: frozenset[Unit] | None
) -> tuple[Change, ...]:
    number = entry.number or person.number
    will_manage = person.manages if manages is None else manages
    compared = (
        Change(Field.NAME, person.name, entry.name),
        Change(Field.EMAIL, person.email, entry.email),
        Change(Field.NUMBER, person.number, number),
        Change(Field.TEAM, person.team, team),
        Change(Field.MANAGES, names_of(person.manages), names_of(will_manage)),
    )
    reopened = (Change(Field.ACCOUNT, "closed", ""),) if person.is_closed else ()
    return (*(each for each in compared if each.old != each.new), *reopened)
