"""The lead looks at every kind of mail, tries it, and sees what did not arrive."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.accounts.service import create_user
from app.admin.mail_samples import KINDS
from app.database import writing
from app.notifications.kinds import UNSUBSCRIBE
from app.notifications.service import Letter, post
from tests.conftest import NOW
from tests.post_office import PostOffice, html_of, link_in, text_of

STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


@pytest.fixture
def lead(app: Flask, sign_in: Callable[[User], FlaskClient]) -> FlaskClient:
    with writing():
        aisha = create_user("aisha@example.org", "Aisha", is_lead=True, now=NOW)
    return sign_in(aisha)


def test_every_kind_is_shown_in_both_languages_in_a_frame_of_its_own(lead: FlaskClient):
    listed = lead.get("/admin/mail").text
    for kind in KINDS:
        assert f'href="/admin/mail/{kind}"' in listed
        answer = lead.get(f"/admin/mail/{kind}")
        assert answer.text.count("<iframe") == 2
        assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
        for language in ("sv", "en"):
            page = lead.get(f"/admin/mail/{kind}/page?language={language}")
            assert f'<html lang="{language}">' in page.text
            policy = page.headers["Content-Security-Policy"]
            assert page.headers.getlist("Content-Security-Policy") == [policy]
            assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert "unsafe" not in policy
            assert "frame-ancestors 'self'" in policy
            assert "script-src" not in policy
            sheets = STYLE.findall(page.text)
            assert len(sheets) == 2
            for sheet in sheets:
                digest = b64encode(sha256(sheet.encode()).digest()).decode()
                assert f"'sha256-{digest}'" in policy
            assert 'style="' not in page.text
    assert "frame-ancestors 'none'" in lead.get("/admin/mail").headers["Content-Security-Policy"]
    assert "data:image/png;base64," in lead.get("/admin/mail/badge/page").text


@pytest.mark.parametrize("path", ["nothing", "nothing/page", "_week", "monday/page?language=de"])
def test_what_is_no_kind_of_mail_is_not_there(lead: FlaskClient, path: str):
    assert lead.get(f"/admin/mail/{path}").status_code == 404


def test_every_kind_can_be_tried_and_its_links_open_nothing(
    lead: FlaskClient, app: Flask, post_office: PostOffice
):
    for kind in KINDS:
        lead.post(f"/admin/mail/{kind}")
    mails = post_office.deliver()
    assert len(mails) == len(KINDS)
    assert {mail["To"] for mail in mails} == {"aisha@example.org"}
    assert all(mail["Subject"].startswith("Prov: ") for mail in mails)
    assert all(UNSUBSCRIBE not in mail for mail in mails)
    invitation = next(mail for mail in mails if "Kom med" in mail["Subject"])
    assert "Hej Sara, vill du vara med?" in text_of(invitation)
    assert "Join" not in html_of(invitation)
    assert app.test_client().get(link_in(invitation)).status_code == 404
    for mail in mails:
        for dead in re.findall(r"/mail/stop/\S+", text_of(mail)):
            assert app.test_client().post(dead).status_code == 404


def test_what_did_not_arrive_is_told_by_kind_and_reason_without_whose_it_was(
    lead: FlaskClient, post_office: PostOffice
):
    post_office.to = {f"p{number}@example.org": "550 no such person" for number in range(3)}
    with writing():
        post(
            [Letter(each, "already-in", each, "sv") for each in post_office.to],
            now=NOW,
        )
    assert post_office.deliver() == []
    page = lead.get("/admin/mail").text
    assert "550 no such person" in page
    assert "3 mejl" in page
    assert "@example.org" not in page.replace("aisha@example.org", "")
