from functools import lru_cache

from alembic.runtime.migration import MigrationContext
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.access import public
from app.extensions import db, migrations
from app.rhythm.runs import vigil

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    return {"status": "ok"}


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Ready when the database answers and every migration has run.

    A worker that stands still is told beside it: the pages work without one, and a site that is
    taken out of service for it would be down for nothing.
    """
    try:
        if _revision() != _newest_revision():
            return {"status": "not migrated"}, 503
        worker = vigil(clock.now())
    except SQLAlchemyError:
        return {"status": "no database"}, 503
    return {"status": "ok", "worker": "ok" if worker.is_up else "stopped"}


def _revision() -> str | None:
    return MigrationContext.configure(db.session.connection()).get_current_revision()


@lru_cache
def _newest_revision() -> str | None:
    return migrations().get_current_head()
