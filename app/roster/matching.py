"""Which team, which department and which person a row of a file means."""

from dataclasses import dataclass, field

from app.roster.entries import DEPARTMENT_PREFIX, TEAM_PREFIX, Entry
from app.roster.model import Organisation, Person, Unit
from app.roster.reading import Problem, problem

_TEAM_WORDS = (TEAM_PREFIX, "team:")
_DEPARTMENT_WORDS = (DEPARTMENT_PREFIX, "department:")


class Units:
    """Departments and teams by name, however its letters are written: those that exist, and then
    those that the file brings."""

    def __init__(self, organisation: Organisation) -> None:
        self._departments = {each.casefold(): each for each in organisation.departments}
        self._teams = {each.casefold(): each for each in organisation.teams}
        self._department_of = dict(organisation.teams)
        self.new_departments: dict[str, str] = {}
        self.new_teams: dict[str, str] = {}

    def take_in(self, entry: Entry) -> None:
        if not entry.department or not entry.team:
            return
        key = entry.department.casefold()
        if key not in self._departments:
            self._departments[key] = self.new_departments[key] = entry.department
        team = entry.team.casefold()
        if team not in self._teams:
            self._teams[team] = entry.team
            self.new_teams[entry.team] = self._departments[key]
            self._department_of[entry.team] = self._departments[key]

    def team(self, name: str) -> str:
        return self._teams.get(name.casefold(), "")

    def department(self, name: str) -> str:
        return self._departments.get(name.casefold(), "")

    def department_of(self, team: str) -> str | None:
        return self._department_of.get(team)

    def find(self, text: str) -> Unit | None:
        """The unit so named; a department comes before a team of the same name."""
        name, kinds = text, (False, True)
        for is_team, words in ((True, _TEAM_WORDS), (False, _DEPARTMENT_WORDS)):
            word = next((each for each in words if text.casefold().startswith(each)), None)
            if word:
                name, kinds = text[len(word) :].strip(), (is_team,)
        for is_team in kinds:
            found = self.team(name) if is_team else self.department(name)
            if found and not (is_team and self.department_of(found) is None):
                return Unit(found, is_team)
        return None


@dataclass
class Matcher:
    """Whom a row is about: by employee number, then by e-mail."""

    entries: tuple[Entry, ...]
    people: tuple[Person, ...]
    _first_row: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_number = {each.number.casefold(): each for each in self.people if each.number}
        self._by_email = {each.email: each for each in self.people}
        self._row_of: dict[int, int] = {}
        for entry in self.entries:
            for key in self._keys(entry):
                self._first_row.setdefault(key, entry.row)
            if person := self.find(entry):
                self._row_of.setdefault(person.id, entry.row)

    def find(self, entry: Entry) -> Person | None:
        by_number = self._by_number.get(entry.number.casefold()) if entry.number else None
        return by_number or self._by_email.get(entry.email)

    def problems(self, entry: Entry, person: Person | None) -> list[Problem]:
        found = [
            problem(f"{kind}-twice", row=first)
            for kind, value in self._keys(entry)
            if (first := self._first_row[kind, value]) != entry.row
        ]
        if person is not None and self._row_of[person.id] != entry.row and not found:
            found.append(problem("person-twice", row=self._row_of[person.id]))
        holder = self._by_email.get(entry.email)
        if holder is not None and holder is not person and not self._gives_up_email(holder):
            found.append(problem("email-taken"))
        numbers = {entry.number.casefold(), person.number.casefold()} - {""} if person else set()
        if len(numbers) > 1:
            found.append(problem("other-number"))
        return found

    def _gives_up_email(self, holder: Person) -> bool:
        """Whether the file gives the address's holder another one."""
        row = self._row_of.get(holder.id)
        return row is not None and self._first_row.get(("email", holder.email)) != row

    @staticmethod
    def _keys(entry: Entry) -> list[tuple[str, str]]:
        keys = (("email", entry.email), ("number", entry.number.casefold()))
        return [(kind, value) for kind, value in keys if value]
