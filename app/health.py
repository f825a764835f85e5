from functools import lru_cache

from alembic.runtime.migration import MigrationContext
from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.access import public
from app.extensions import db, migrations

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
@public
def live() -> ResponseReturnValue:
    return {"status": "ok"}


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Ready when the database answers and every migration has run."""
    try:
        is_current = _revision() == _newest_revision()
    except SQLAlchemyError:
        return {"status": "no database"}, 503
    return {"status": "ok"} if is_current else ({"status": "not migrated"}, 503)


def _revision() -> str | None:
    return MigrationContext.configure(db.session.connection()).get_current_revision()


@lru_cache
def _newest_revision() -> str | None:
    return migrations().get_current_head()
