"""A list applied to real databases: all or nothing, once, and the game's sums stay right."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import LoginSession, User
from app.accounts.queries import find_user_by_email
from app.accounts.service import set_password
from app.audit.models import AuditEntry
from app.audit.service import By
from app.database import db, writing
from app.notifications.models import OutboxMail
from app.organisation.models import Department, Employment, Membership, Team
from app.organisation.queries import find_team_of
from app.roster.entries import Roster, read_roster
from app.roster.importing import (
    PreviewOutdated,
    apply_import,
    find_upload,
    forget_expired_uploads,
    keep_upload,
)
from app.roster.model import Plan, Verdict
from app.roster.plan import plan_import
from app.roster.queries import organisation
from app.roster.service import managed_by
from app.seasons.models import Participation
from tests.app.roster.files import ANNA, BO, Row, crowd, csv, xlsx
from tests.conftest import NOW
from tests.factories import World

MONDAY = NOW + timedelta(days=5)
BY = By(None, NOW)


def read(*rows: Row) -> Roster:
    return read_roster("people.csv", csv(*rows))


def planned(*rows: Row) -> Plan:
    return plan_import(read(*rows).entries, organisation(NOW))


def take_in(*rows: Row, closes_leavers: bool = False) -> Plan:
    """Apply the rows as they would be previewed right now."""
    digest = planned(*rows).digest
    with writing():
        return apply_import(
            read(*rows).entries, digest, closes_leavers=closes_leavers, monday=MONDAY, by=BY
        )


def user(email: str) -> User:
    found = find_user_by_email(email)
    assert found is not None
    return found


def test_new_people_are_in_their_team_at_once_and_can_join(app: Flask):
    world = World(NOW)
    take_in(ANNA, BO)
    anna = user("anna.aberg@firma.se")
    assert (anna.name, anna.password_hash, anna.language) == ("Anna Åberg", None, "sv")
    team = find_team_of(anna.id, before=NOW + timedelta(seconds=1))
    assert team is not None
    assert (team.name, team.department) == ("Bönräknarna", "Ekonomi")
    assert managed_by(anna.id).departments == {world.departments[0].id}
    assert db.session.get_one(Employment, anna.id).number == "1001"
    world.join(anna, at=NOW)


def test_the_same_list_again_changes_nothing(app: Flask):
    rows = crowd(60)
    take_in(*rows)
    counts = [db.session.scalar(select(func.count()).select_from(each)) for each in (User, Team)]
    plan = take_in(*rows)
    assert plan.counts == {Verdict.UNCHANGED: 60}
    assert counts == [
        db.session.scalar(select(func.count()).select_from(each)) for each in (User, Team)
    ]


def test_everything_about_a_person_can_change_and_the_move_waits_for_monday(app: Flask):
    take_in(ANNA, BO)
    anna_id = user("anna.aberg@firma.se").id
    take_in(("1001", "Anna Ek", "anna.ek@firma.se", "IT", "Bryggarna", "lag: Bryggarna"), BO)
    anna = user("anna.ek@firma.se")
    assert (anna.id, anna.name) == (anna_id, "Anna Ek")
    now_in, then_in = (
        find_team_of(anna.id, before=each) for each in (MONDAY, MONDAY + timedelta(1))
    )
    assert now_in is not None
    assert then_in is not None
    assert (now_in.name, then_in.name) == ("Bönräknarna", "Bryggarna")
    assert managed_by(anna.id).teams == {then_in.id}
    assert managed_by(anna.id).departments == frozenset()


def test_a_move_that_is_taken_back_in_the_next_list_leaves_her_where_she_was(app: Flask):
    take_in(ANNA, BO)
    moved = (*ANNA[:3], "IT", "Bryggarna", ANNA[5])
    take_in(moved, BO)
    take_in(ANNA, BO)
    anna = user("anna.aberg@firma.se")
    team = find_team_of(anna.id, before=MONDAY + timedelta(days=1))
    assert team is not None
    assert team.name == "Bönräknarna"


def test_addresses_and_numbers_can_change_hands_in_one_list(app: Flask):
    take_in(ANNA, BO)
    anna_id, bo_id = user("anna.aberg@firma.se").id, user("bo.ost@firma.se").id
    take_in((*ANNA[:2], BO[2], *ANNA[3:]), (*BO[:2], ANNA[2], *BO[3:]))
    assert (user("bo.ost@firma.se").id, user("anna.aberg@firma.se").id) == (anna_id, bo_id)


def test_whoever_gets_another_address_by_a_list_is_told_where_she_was(app: Flask):
    take_in(ANNA, BO)
    with writing():
        set_password(user(ANNA[2]).id, "kaffe utan socker")
    take_in(*((*row[:2], f"ny.{row[2]}", *row[3:]) for row in (ANNA, BO)))
    mails = db.session.execute(select(OutboxMail.kind, OutboxMail.address)).all()
    assert [tuple(each) for each in mails] == [("email-corrected", ANNA[2])]


def test_leavers_are_closed_only_when_told_and_leave_the_season(app: Flask, sign_in):
    world = World(NOW)
    stays, leaves = world.person(), world.person()
    lead = world.person(is_lead=True)
    browser = sign_in(leaves)
    row = ("", stays.name, stays.email, "Ekonomi", "Lag Ekonomi", "")
    take_in(row)
    assert db.session.get_one(User, leaves.id).disabled_at is None
    assert browser.get("/week").status_code == 200
    take_in(row, closes_leavers=True)
    assert db.session.get_one(User, leaves.id).disabled_at == NOW
    assert db.session.get_one(User, lead.id).disabled_at is None
    assert db.session.scalar(select(LoginSession).where(LoginSession.user_id == leaves.id)) is None
    assert browser.get("/week").headers["Location"].startswith("/login")
    left = dict(db.session.execute(select(Participation.user_id, Participation.left_from)).all())
    assert left == {stays.id: None, leaves.id: 2, lead.id: None}


def test_somebody_who_comes_back_gets_her_account_again(app: Flask):
    take_in(ANNA, BO)
    take_in(BO, closes_leavers=True)
    anna = user("anna.aberg@firma.se")
    assert anna.disabled_at == NOW
    take_in(ANNA, BO)
    db.session.expire_all()
    assert user("anna.aberg@firma.se").id == anna.id
    assert user("anna.aberg@firma.se").disabled_at is None


def test_nothing_is_applied_once_the_preview_is_no_longer_true(app: Flask):
    take_in(BO)
    entries = read((*BO[:1], "Bo Ny", *BO[2:]), ANNA).entries
    digest = plan_import(entries, organisation(NOW)).digest
    with writing():
        user("bo.ost@firma.se").name = "Bosse"
    with pytest.raises(PreviewOutdated), writing():
        apply_import(entries, digest, closes_leavers=True, monday=MONDAY, by=BY)
    assert find_user_by_email("anna.aberg@firma.se") is None
    assert user("bo.ost@firma.se").name == "Bosse"


def test_a_list_with_one_wrong_row_changes_nothing(app: Flask):
    wrong = ("", "Utan adress", "", "IT", "Bryggarna", "")
    with pytest.raises(PreviewOutdated):
        take_in(ANNA, wrong)
    assert find_user_by_email("anna.aberg@firma.se") is None
    assert db.session.scalar(select(func.count()).select_from(Department)) == 0


def test_two_leads_who_apply_the_same_list_at_once_double_nobody(app: Flask):
    entries = read(ANNA, BO).entries
    digest = plan_import(entries, organisation(NOW)).digest
    both_are_ready = threading.Barrier(2)

    def apply(_lead: int) -> str:
        with app.app_context():
            both_are_ready.wait()
            try:
                with writing():
                    apply_import(entries, digest, closes_leavers=False, monday=MONDAY, by=BY)
            except (PreviewOutdated, IntegrityError):
                return "too late"
            finally:
                db.session.remove()
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(2) as leads:
        assert sorted(leads.map(apply, range(2))) == ["done", "too late"]
    assert db.session.scalar(select(func.count()).select_from(User)) == 2


def test_what_breaks_midway_leaves_nothing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("app.roster.importing.set_managed", fail)
    with pytest.raises(RuntimeError):
        take_in(ANNA, BO)
    for table in (User, Department, Team, Membership, AuditEntry):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_an_import_is_logged_by_numbers_and_each_closing_by_person(app: Flask):
    take_in(ANNA, BO)
    take_in(BO, closes_leavers=True)
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.person_id, AuditEntry.details).order_by(AuditEntry.id)
    ).all()
    assert [(row.action, row.person_id) for row in rows] == [
        ("people-imported", None),
        ("account-closed", user("anna.aberg@firma.se").id),
        ("people-imported", None),
    ]
    assert rows[0].details == {"new": 2, "changed": 0, "closed": 0}
    assert rows[2].details == {"new": 0, "changed": 0, "closed": 1}


def test_an_upload_waits_for_its_own_lead_and_for_an_hour(app: Flask):
    world = World(NOW)
    lead, other = world.person(is_lead=True), world.person(is_lead=True)
    roster = read(ANNA, (*BO[:5], "ja"))
    with writing():
        upload_id = keep_upload(lead.id, roster, now=NOW).id
    assert find_upload(upload_id, lead.id, now=NOW) == roster
    assert find_upload(upload_id, other.id, now=NOW) is None
    assert find_upload(upload_id, lead.id, now=NOW + timedelta(hours=1)) is None
    with writing():
        second_id = keep_upload(lead.id, roster, now=NOW).id
    assert find_upload(upload_id, lead.id, now=NOW) is None or second_id == upload_id
    with writing():
        forget_expired_uploads(now=NOW + timedelta(hours=1))
    assert find_upload(second_id, lead.id, now=NOW) is None


@contextmanager
def counting() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_thousand_people_need_hardly_more_statements_than_a_hundred(app: Flask):
    counts = []
    for number in (100, 1_000):
        rows = [
            (f"{number}{row[0]}", row[1], f"{number}{row[2]}", *row[3:]) for row in crowd(number)
        ]
        with counting() as sent:
            take_in(*rows)
        counts.append(len(sent))
    assert counts[1] <= counts[0] + 20


@pytest.mark.soak
@pytest.mark.parametrize("write", [csv, xlsx])
def test_fifty_thousand_rows_take_less_than_a_minute(app: Flask, write):
    """Of the site's own time: how busy the machine is otherwise says nothing of an import."""
    rows = crowd(50_000)
    body = write(*rows)
    begun = time.process_time()
    entries = read_roster("people", body).entries
    digest = plan_import(entries, organisation(NOW)).digest
    with writing():
        apply_import(entries, digest, closes_leavers=True, monday=MONDAY, by=BY)
    assert time.process_time() - begun < 60
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 50_000
