"""These tests add views and settings of their own, so each has a site of its own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.database import db
from tests.conftest import FrozenClock, demo_site, emptied_afterwards


@pytest.fixture
def app(database_url: str, clock: FrozenClock) -> Iterator[Flask]:
    with emptied_afterwards(demo_site(database_url), clock) as site:
        yield site
        db.session.rollback()
    with site.app_context():
        db.engine.dispose()
