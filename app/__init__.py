"""The site. `create_app` wires its parts and does nothing else."""

from flask import Flask

from app import (
    access,
    assets,
    commands,
    content,
    errors,
    health,
    i18n,
    logs,
    packing,
    palette,
    phone,
    remembered,
    security,
    viewer,
)
from app.accounts.own_sign_in import blueprint as own_sign_in_blueprint
from app.accounts.recovery import blueprint as recovery_blueprint
from app.accounts.views import blueprint as accounts_blueprint
from app.accounts.welcome import blueprint as welcome_blueprint
from app.admin.invitations import blueprint as invitations_blueprint
from app.admin.jobs import blueprint as jobs_blueprint
from app.admin.mail_room import blueprint as mail_room_blueprint
from app.admin.planning_views import blueprint as planning_blueprint
from app.admin.views import blueprint as admin_blueprint
from app.admin.wording_views import blueprint as wording_blueprint
from app.audit.views import blueprint as audit_blueprint
from app.badges.views import blueprint as badges_blueprint
from app.cards.views import blueprint as cards_blueprint
from app.checkins.from_mail import blueprint as from_mail_blueprint
from app.checkins.views import blueprint as checkins_blueprint
from app.clock import Clock, system_clock
from app.config import Settings, production_settings
from app.dashboard.views import blueprint as dashboard_blueprint
from app.extensions import db, migrate
from app.feed.views import blueprint as feed_blueprint
from app.league.archive_views import blueprint as archive_blueprint
from app.league.views import blueprint as league_blueprint
from app.me.data_views import blueprint as own_data_blueprint
from app.me.mail_views import blueprint as mail_blueprint
from app.me.views import blueprint as me_blueprint
from app.organisation.views import blueprint as organisation_blueprint
from app.pages.setup import blueprint as setup_blueprint
from app.pages.styleguide import blueprint as styleguide_blueprint
from app.pages.views import blueprint as pages_blueprint
from app.pulse.views import blueprint as pulse_blueprint
from app.roster.import_views import blueprint as imports_blueprint
from app.roster.person_views import blueprint as person_blueprint
from app.roster.views import blueprint as roster_blueprint
from app.seasons.views import blueprint as seasons_blueprint

# Named apart from their packages, which an import of the same name would hide.
BLUEPRINTS = (
    pages_blueprint,
    setup_blueprint,
    styleguide_blueprint,
    accounts_blueprint,
    welcome_blueprint,
    recovery_blueprint,
    own_sign_in_blueprint,
    seasons_blueprint,
    pulse_blueprint,
    checkins_blueprint,
    from_mail_blueprint,
    league_blueprint,
    archive_blueprint,
    badges_blueprint,
    cards_blueprint,
    dashboard_blueprint,
    feed_blueprint,
    me_blueprint,
    own_data_blueprint,
    mail_blueprint,
    admin_blueprint,
    organisation_blueprint,
    imports_blueprint,
    roster_blueprint,
    person_blueprint,
    audit_blueprint,
    invitations_blueprint,
    mail_room_blueprint,
    planning_blueprint,
    wording_blueprint,
    jobs_blueprint,
    health.blueprint,
    phone.blueprint,
)
# From the outside in: what an earlier one puts around a request, a later one may rely on.
LAYERS = (
    logs,
    packing,
    security,
    viewer,
    i18n,
    access,
    errors,
    assets,
    palette,
    remembered,
    content,
    commands,
)


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Flask:
    """The site with the environment's settings, or with those given (as tests do)."""
    site = Flask(__name__)
    site.extensions["settings"] = settings or production_settings()
    site.extensions["clock"] = clock
    site.config["SQLALCHEMY_DATABASE_URI"] = site.extensions["settings"].database_url
    db.init_app(site)
    migrate.init_app(site, db)
    for layer in LAYERS:
        layer.init_app(site)
    for blueprint in BLUEPRINTS:
        site.register_blueprint(blueprint)
    site.context_processor(
        lambda: {
            "dashboards": site.extensions["settings"].dashboards,
            "demo": site.extensions["settings"].demo,
            "notes_enabled": site.extensions["settings"].notes_enabled,
        }
    )
    return site
