"""A list of people on its way into the organisation: kept for its preview, then applied at once."""

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from app.accounts.credentials import announce_corrections
from app.accounts.models import User
from app.audit.service import Action, By, record
from app.database import db, in_parts
from app.installation import language_of_new
from app.organisation.models import Department, Team
from app.organisation.people import Managed, place, set_employee_numbers, set_managed
from app.roster.entries import Entry, Roster
from app.roster.model import Field, Line, Plan, Unit, Verdict
from app.roster.models import Upload
from app.roster.plan import plan_import
from app.roster.queries import organisation
from app.roster.service import close_accounts, open_accounts
from app.seasons.queries import CURRENT
from app.seasons.service import hold_season

KEPT_FOR = timedelta(hours=1)
# Where addresses change hands, everybody steps aside before anybody takes a new one.
_BETWEEN_TWO = "{}@between.invalid"

Progress = Callable[[int, int], None]


class PreviewOutdated(Exception):
    """The organisation has changed, so that the preview is no longer true."""


def keep_upload(user_id: int, roster: Roster, *, now: datetime) -> Upload:
    """Until it is applied, thrown away or an hour old; a new one takes its place."""
    forget_expired_uploads(now=now)
    db.session.execute(delete(Upload).where(Upload.user_id == user_id))
    content = {"entries": [astuple(each) for each in roster.entries], "ignored": roster.ignored}
    upload = Upload(
        user_id=user_id,
        content=zlib.compress(json.dumps(content, ensure_ascii=False).encode()),
        expires_at=now + KEPT_FOR,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def find_upload(upload_id: int, user_id: int, *, now: datetime) -> Roster | None:
    """What the user herself has uploaded."""
    content = db.session.scalar(
        select(Upload.content).where(
            Upload.id == upload_id, Upload.user_id == user_id, Upload.expires_at > now
        )
    )
    if content is None:
        return None
    kept = json.loads(zlib.decompress(content))
    return Roster(
        tuple(
            Entry(*known, manages=None if manages is None else tuple(manages))
            for *known, manages in kept["entries"]
        ),
        tuple(kept["ignored"]),
    )


def forget_upload(upload_id: int, user_id: int) -> None:
    db.session.execute(delete(Upload).where(Upload.id == upload_id, Upload.user_id == user_id))


def forget_expired_uploads(*, now: datetime) -> None:
    db.session.execute(delete(Upload).where(Upload.expires_at <= now))


def apply_import(
    entries: Iterable[Entry],
    digest: str,
    *,
    closes_leavers: bool,
    monday: datetime,
    by: By,
    progress: Progress = lambda done, total: None,
) -> Plan:
    """Do what the plan with that digest says. Moves count from `monday`, the next one; who has had
    no team is in hers at once.

    Raises PreviewOutdated, having changed nothing, where the plan would now be another one or holds
    a row that is wrong.
    """
    # Before anything is changed, so that a closing and an import never wait for each other.
    hold_season(CURRENT)
    plan = plan_import(entries, organisation(by.now))
    if plan.digest != digest or not plan.is_possible:
        raise PreviewOutdated
    _Import(plan, monday, by, progress).run(closes_leavers=closes_leavers)
    return plan


@dataclass
class _Import:
    plan: Plan
    monday: datetime
    by: By
    progress: Progress

    def run(self, *, closes_leavers: bool) -> None:
        new = [line for line in self.plan.lines if line.verdict is Verdict.NEW]
        changed = [line for line in self.plan.lines if line.verdict is Verdict.CHANGED]
        leavers = [each.id for each in self.plan.leavers] if closes_leavers else []
        self._total = len(new) + len(changed) + len(leavers)
        self._done = 0
        teams, departments = self._units()
        ids = self._change(changed) | self._add(new)
        self._place(ids, teams)
        self._set_managed(ids, teams, departments)
        close_accounts(leavers, by=self.by)
        self._move(len(leavers))
        counts = {"new": len(new), "changed": len(changed), "closed": len(leavers)}
        record(self.by, Action.PEOPLE_IMPORTED, details=counts)

    def _move(self, count: int) -> None:
        self._done += count
        self.progress(self._done, self._total)

    def _units(self) -> tuple[dict[str, int], dict[str, int]]:
        """The ids of all teams and departments by name, the new ones made."""
        if self.plan.new_departments:
            db.session.execute(
                insert(Department),
                [{"name": each, "created_at": self.by.now} for each in self.plan.new_departments],
            )
        departments = dict(db.session.execute(select(Department.name, Department.id)).all())
        if self.plan.new_teams:
            db.session.execute(
                insert(Team),
                [
                    {"name": name, "department_id": departments[department]}
                    for name, department in self.plan.new_teams.items()
                ],
            )
        return dict(db.session.execute(select(Team.name, Team.id)).all()), departments

    def _add(self, lines: list[Line]) -> dict[int, Line]:
        by_email = {line.email: line for line in lines}
        language = language_of_new()
        found: dict[int, Line] = {}
        for part in in_parts(by_email):
            rows = [
                {
                    "email": each,
                    "name": by_email[each].name,
                    "language": language,
                    "created_at": self.by.now,
                }
                for each in part
            ]
            db.session.execute(insert(User), rows)
            made = db.session.execute(select(User.id, User.email).where(User.email.in_(part)))
            found |= {id_: by_email[email] for id_, email in made}
            self._move(len(part))
        set_employee_numbers({key: line.number for key, line in found.items() if line.number})
        return found

    def _change(self, lines: list[Line]) -> dict[int, Line]:
        """Names, addresses, numbers and closed accounts of those who are there already."""
        found = {line.person.id: line for line in lines if line.person}
        new_emails = {key: each for key, each in found.items() if each.changed(Field.EMAIL)}
        set_employee_numbers(
            {key: each.number for key, each in found.items() if each.changed(Field.NUMBER)}
        )
        announce_corrections({key: each.email for key, each in new_emails.items()}, now=self.by.now)
        self._write([{"key": key, "email": _BETWEEN_TWO.format(key)} for key in new_emails])
        self._write([{"key": key, "email": each.email} for key, each in new_emails.items()])
        self._write(
            [
                {"key": key, "name": each.name}
                for key, each in found.items()
                if each.changed(Field.NAME)
            ]
        )
        open_accounts(
            [key for key, each in found.items() if each.changed(Field.ACCOUNT)], by=self.by
        )
        self._move(len(lines))
        return found

    def _write(self, rows: Collection[dict[str, object]]) -> None:
        """Each row holds a user's id as `key`, and what she is to have."""
        if rows:
            columns = {name: bindparam(name) for name in next(iter(rows)) if name != "key"}
            db.session.connection().execute(
                update(User).where(User.id == bindparam("key")).values(columns), list(rows)
            )

    def _place(self, ids: dict[int, Line], teams: dict[str, int]) -> None:
        at_once: dict[int, int] = {}
        on_monday: dict[int, int] = {}
        for key, line in ids.items():
            if not line.team or (line.person and line.person.team == line.team):
                continue
            has_one = line.person is not None and line.person.team != ""
            (on_monday if has_one else at_once)[key] = teams[line.team]
        place(at_once, starts_at=self.by.now)
        place(on_monday, starts_at=self.monday)

    def _set_managed(
        self, ids: dict[int, Line], teams: dict[str, int], departments: dict[str, int]
    ) -> None:
        def as_ids(units: frozenset[Unit]) -> Managed:
            by_kind: dict[bool, set[int]] = defaultdict(set)
            for unit in units:
                by_kind[unit.is_team].add((teams if unit.is_team else departments)[unit.name])
            return Managed(frozenset(by_kind[True]), frozenset(by_kind[False]))

        set_managed(
            {
                key: as_ids(line.manages)
                for key, line in ids.items()
                if line.manages is not None
                and (line.changed(Field.MANAGES) or (line.person is None and line.manages))
            }
        )
