"""Every route of the site with example values for what its path takes."""

from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import User
from app.checkins.from_mail import PURPOSE
from app.dashboard.models import ReportingGroup
from app.database import db
from app.notifications.links import sign
from app.organisation.models import Membership
from app.roster.models import Upload
from app.seasons.models import Participation
from tests.factories import World

# A new kind of path value needs an example here, so that the house tests walk its pages too.
EXAMPLES = {
    "number": 1,
    "slug": "tip-advice",
    "depth": "light",
    "team_id": None,
    "challenge": "advice",
    "version": 1,
    "season_id": None,
    "group_id": None,
    "filename": "icon.svg",
    "token": "none",
    "moment": "before",
    "department_id": None,
    "person_id": None,
    "upload_id": None,
    "user_id": None,
    # Nobody's: whoever ended her own would be a stranger from there on.
    "session_id": 999_999,
    "job": "closing",
    "kind": "monday",
}
# Made for somebody, but no page: they have neither headings nor a frame.
DOWNLOADS = {
    "dashboard.as_text",
    "dashboard.as_spreadsheet",
    "dashboard.season_as_text",
    "dashboard.season_as_spreadsheet",
    "own_data.as_page",
    "own_data.as_json",
    "audit.as_text",
    # For a frame on a page, with stylesheets of its own.
    "mail_room.sample_page",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def path_of(app: Flask, rule: Rule, world: World) -> str:
    group = db.session.scalar(db.select(ReportingGroup.id).order_by(ReportingGroup.id.desc()))
    author_id = db.session.scalar(db.select(db.func.min(Participation.user_id))) or 1
    values = EXAMPLES | {
        "team_id": world.teams[0].id,
        "season_id": world.season.id,
        "user_id": db.session.scalar(db.select(User.id).order_by(User.id)) or 1,
        "group_id": group or 1,
        "department_id": world.departments[0].id,
        "person_id": db.session.scalar(db.select(Membership.user_id)) or 1,
        "upload_id": db.session.scalar(db.select(Upload.id)) or 1,
    }
    if rule.endpoint.startswith("from_mail."):
        running = world.rounds[world.week - 1].id
        values["token"] = sign(PURPOSE, author_id, running, secret_key=app.config["SECRET_KEY"])
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})  # pyright: ignore[reportArgumentType] - path values, never options


def pages(app: Flask, world: World) -> list[str]:
    """The paths of everything that answers GET, but for files, whose paths end as their names do,
    and health."""
    return [
        path_of(app, rule, world)
        for rule in rules(app)
        if "GET" in (rule.methods or ())
        and "." not in rule.rule
        and not rule.endpoint.startswith(("static", "health."))
        and rule.endpoint not in DOWNLOADS
    ]


def downloads(app: Flask, world: World) -> list[str]:
    """The paths of files made for whoever asks."""
    return [path_of(app, rule, world) for rule in rules(app) if rule.endpoint in DOWNLOADS]
