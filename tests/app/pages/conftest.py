"""An installation as it is before anybody has come: no demo, no users."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from app.database import db
from tests.conftest import Browser, FrozenClock, emptied_afterwards, settings_for


@pytest.fixture
def app(database_url: str, clock: FrozenClock) -> Iterator[Flask]:
    site = create_app(settings_for(database_url), clock=clock)
    site.config |= {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}
    site.testing = True
    site.test_client_class = Browser
    with emptied_afterwards(site, clock):
        yield site
        db.session.rollback()
    with site.app_context():
        db.engine.dispose()
