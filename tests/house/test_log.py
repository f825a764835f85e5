"""Whatever a lead does to the organisation leaves one entry in the log."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select, update

from app.access import Access, access_of
from app.accounts.models import User
from app.accounts.passwords import NO_PASSWORD
from app.accounts.queries import find_user_by_email
from app.audit.models import AuditEntry
from app.audit.service import Action
from app.database import db, writing
from app.organisation.models import Department, Team
from app.roster.models import Upload
from app.seasons.queries import find_draft
from app.wording.models import ChallengeText
from app.wording.service import NEW
from challenges.wording import texts_of
from tests.app.admin.test_planning_pages import form_of
from tests.app.admin.test_wording_pages import advice, typed
from tests.house.conftest import House
from tests.house.test_writes import writes

CHANGE_NOTHING = {
    "imports.upload": "keeps a list for its preview",
    "imports.forget": "throws it away again",
    "mail_room.send_sample": "a mail to herself",
}
FAR_AHEAD = "2027-06-07"


@dataclass
class Deed:
    endpoint: str
    action: Action
    data: Mapping[str, object] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)


def deeds(house: House) -> Iterator[Deed]:
    """A lead's day: each is possible after those before it."""
    teams, lead = house.world.teams, house.browsers["lead"]
    anna = {"name": "Anna Ek", "email": "anna@example.org", "number": "7"}
    yield Deed("person.add", Action.PERSON_ADDED, anna | {"team": teams[0].id})
    found = find_user_by_email("anna@example.org")
    assert found
    her = {"person_id": found.id}
    yield Deed("person.change", Action.PERSON_CHANGED, anna | {"name": "Anna Alm"}, her)
    yield Deed("person.move", Action.PERSON_MOVED, {"team": teams[1].id}, her)
    yield Deed("person.undo_move", Action.MOVE_UNDONE, {}, her)
    unit = {"unit": f"team-{teams[0].id}"}
    yield Deed("person.add_managed", Action.MANAGER_ADDED, unit, her)
    yield Deed("person.remove_managed", Action.MANAGER_REMOVED, unit, her)
    yield Deed("person.add_lead", Action.LEAD_ADDED, {}, her)
    yield Deed("person.remove_lead", Action.LEAD_REMOVED, {}, her)
    yield Deed("person.close", Action.ACCOUNT_CLOSED, {}, her)
    yield Deed("person.open_again", Action.ACCOUNT_OPENED, {}, her)
    yield Deed("invitations.invite_one", Action.PERSON_INVITED, {}, {"user_id": found.id})
    yield Deed("invitations.invite_all", Action.PEOPLE_INVITED)
    yield Deed("invitations.open_join_link", Action.JOIN_LINK_OPENED, {"domains": "example.org"})
    yield Deed("invitations.close_join_link", Action.JOIN_LINK_CLOSED)
    yield Deed("admin.open_wall_link", Action.WALL_OPENED)
    yield Deed("admin.close_wall_link", Action.WALL_CLOSED)
    yield Deed("organisation.add_department", Action.DEPARTMENT_ADDED, {"name": "Lager"})
    department = {"department_id": db.session.scalar(select(func.max(Department.id)))}
    yield Deed(
        "organisation.change_department", Action.DEPARTMENT_CHANGED, {"name": "Lagret"}, department
    )
    yield Deed("organisation.add_team", Action.TEAM_ADDED, {"name": "Pallarna"}, department)
    team = {"team_id": db.session.scalar(select(func.max(Team.id)))}
    yield Deed("organisation.rename_team", Action.TEAM_CHANGED, {"name": "Hyllorna"}, team)
    yield Deed("roster.export", Action.PEOPLE_EXPORTED, {"format": "csv"})
    upload = {"upload_id": db.session.scalar(select(Upload.id))}
    preview = lead.get(f"/admin/people/import/{upload['upload_id']}").text
    digest = re.search(r'name="digest" value="(\w+)"', preview)
    assert digest
    yield Deed("imports.apply", Action.PEOPLE_IMPORTED, {"digest": digest[1]}, upload)
    words = {
        f"{key}.{language}": f"Säg hej {language}"
        for key, _text in texts_of(NEW)
        for language in ("sv", "en")
    }
    yield Deed("wording.add", Action.CHALLENGE_ADDED, words | {"do": "save"})
    one = {"challenge": "advice"}
    yield Deed("wording.change", Action.CHALLENGE_WORDED, typed(advice(), title__sv="Ett"), one)
    first = db.session.scalar(select(func.max(ChallengeText.id)))
    yield Deed("wording.original", Action.CHALLENGE_RESTORED, {}, one)
    yield Deed("wording.restore", Action.CHALLENGE_RESTORED, {}, one | {"version": first})
    yield Deed("planning.plan", Action.SEASON_PLANNED, form_of(lead).sent("save", start=FAR_AHEAD))
    draft = find_draft()
    assert draft
    planned = {"season_id": draft.id}
    form = form_of(lead, f"/admin/season/{draft.id}/plan")
    yield Deed("planning.edit", Action.SEASON_CHANGED, form.sent("save", name="Sommar"), planned)
    note = {"negotiated_on": "2026-11-02", "negotiation_reference": "HR 118"}
    yield Deed("admin.note_negotiation", Action.SEASON_NEGOTIATED, note | planned)
    yield Deed("planning.start", Action.SEASON_STARTED, {}, planned)
    yield Deed("planning.discard", Action.SEASON_DISCARDED, {}, planned)
    running = {"season_id": house.world.season.id}
    yield Deed("planning.pause", Action.SEASON_PAUSED, {}, running)
    yield Deed("planning.end", Action.SEASON_ENDED, {}, running)
    yield Deed("admin.close_round", Action.ROUND_CLOSED, {}, {"number": 2})
    yield Deed("jobs.ask_again", Action.JOB_ASKED_FOR, {}, {"job": "night"})


def test_everything_that_a_lead_changes_leaves_one_entry(house: House):
    with writing():
        # Whoever leads has come in, or nobody else could be let go of.
        db.session.execute(update(User).where(User.is_lead).values(password_hash=NO_PASSWORD))
    done = set()
    for deed in deeds(house):
        before = db.session.scalar(select(func.max(AuditEntry.id))) or 0
        with house.app.test_request_context():
            path = house.app.url_for(deed.endpoint, **deed.values)  # pyright: ignore[reportArgumentType] - path values, never options
        answer = house.browsers["lead"].post(path, data=deed.data)
        assert answer.status_code in (200, 303), (deed.endpoint, answer.status_code)
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.id > before)).all()
        assert [each.action for each in entries] == [deed.action], deed.endpoint
        assert all(each.actor_id and not each.by_command for each in entries)
        done.add(deed.endpoint)
    leads = {
        rule.endpoint
        for rule in writes(house.app)
        if access_of(house.app, rule.endpoint) is Access.LEAD
    }
    assert leads == done | CHANGE_NOTHING.keys(), "record what it does, and tell it in deeds()"
