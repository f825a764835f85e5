"""A site whose databases need not survive a power cut, so that many thousand writes are cheap."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.database import db


@pytest.fixture
def hasty_app(app: Flask) -> Iterator[Flask]:
    def hasten(connection: Any, record: object) -> None:
        with connection.cursor() if is_postgresql else connection as cursor:
            cursor.execute(
                "SET synchronous_commit TO off" if is_postgresql else "PRAGMA synchronous = OFF"
            )
        if is_postgresql:
            connection.commit()

    is_postgresql = db.engine.dialect.name == "postgresql"
    engine = db.engine
    event.listen(engine, "connect", hasten)
    db.session.remove()
    engine.dispose()
    yield app
    event.remove(engine, "connect", hasten)
    db.session.remove()
    engine.dispose()
