"""The lead sees what ran by itself, what failed and why, and has it done again."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.database import db
from app.rhythm import jobs
from app.rhythm.jobs import run_due_jobs
from app.rhythm.models import JobRun
from app.rhythm.periods import Job
from tests.app.rhythm.test_jobs import failing, newest, site_of, write_a_mail
from tests.conftest import NOW, FrozenClock, plain
from tests.factories import World

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def lead(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(World(NOW).person(is_lead=True, language="sv"))


def text_of(browser: FlaskClient, path: str = "/admin/jobs") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_worker_that_was_never_there_or_went_silent_is_said_clearly(
    app: Flask, lead: FlaskClient, clock: FrozenClock
):
    assert "Automatiken har inte hört av sig än" in text_of(lead)
    run_due_jobs(site_of(app, clock))
    clock.move(minutes=4)
    assert "Automatiken är igång" in text_of(lead)
    assert "Automatiken är inte igång" not in text_of(lead, "/admin/season")
    clock.move(minutes=1)
    since = "Den hörde av sig senast onsdag 25 november kl. 10.00"
    assert f"Automatiken står still. {since}" in plain(text_of(lead))
    assert "Automatiken är inte igång" in text_of(lead, "/admin/season")


def test_a_standing_worker_is_told_by_readiness_which_stays_ready(
    app: Flask, client: FlaskClient, clock: FrozenClock
):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "worker": "stopped"})
    run_due_jobs(site_of(app, clock))
    assert client.get("/health/ready").json == {"status": "ok", "worker": "ok"}


def test_what_failed_is_told_in_plain_words_and_is_done_again_when_asked_for(
    app: Flask, lead: FlaskClient, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        failing(Job.NIGHT, broken, RuntimeError())
        run_due_jobs(site_of(app, clock))
    page = text_of(lead)
    assert "Något oväntat hände" in page
    assert "gick inte, försöks igen" in page
    answer = lead.post("/admin/jobs/night/again", follow_redirects=True)
    assert "Automatiken tar det inom en minut" in answer.get_data(as_text=True)
    assert newest(Job.NIGHT).started_at is None
    run_due_jobs(site_of(app, clock))
    assert newest(Job.NIGHT).tries == 2
    assert "Något oväntat hände" not in text_of(lead)


def test_mail_that_cannot_leave_is_told_with_what_the_server_said(
    app: Flask, lead: FlaskClient, clock: FrozenClock
):
    write_a_mail()
    site = site_of(app, clock)
    unreachable = {"mail_url": "smtp://127.0.0.1:1", "base_url": "https://a.example"}
    run_due_jobs(
        jobs.Site(
            site.settings.model_copy(update=unreachable),
            site.catalogue,
            site.zone,
            site.clock,
            site.write,
        )
    )
    page = text_of(lead)
    assert "Mejlservern tar inte emot" in page
    assert "Connection refused" in page
    # With what the lead gets on Monday herself.
    assert "2 mejl väntar" in page


@pytest.mark.parametrize("job", ["mail", "nothing"])
def test_only_what_has_a_time_of_its_own_can_be_asked_for(lead: FlaskClient, job: str):
    assert lead.post(f"/admin/jobs/{job}/again").status_code == 404
    assert db.session.query(JobRun).count() == 0


def test_others_neither_see_it_nor_start_anything(app: Flask, sign_in: SignIn):
    sara = sign_in(World(NOW).person())
    assert sara.get("/admin/jobs").status_code == 403
    assert sara.post("/admin/jobs/night/again").status_code == 403
    assert db.session.query(JobRun).count() == 0
