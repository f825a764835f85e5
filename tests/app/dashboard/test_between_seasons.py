from datetime import timedelta

from app.database import writing
from app.rhythm.service import settle_season
from tests.app.dashboard.conftest import Company
from tests.conftest import FrozenClock
from tests.factories import ZONE, catalogue


def test_the_last_picture_stays_until_the_next_season_begins(
    company: Company, sign_in, clock: FrozenClock
):
    rounds = company.world.rounds
    for each in rounds:
        company.close(each.number)
    after = clock.set(rounds[-1].closes_at + timedelta(days=8))
    with writing():
        assert settle_season(catalogue(), now=after)
    monday = after.astimezone(ZONE).date() + timedelta(weeks=3)
    company.world.plan(monday - timedelta(days=monday.weekday()))
    browser = sign_in(company.chief)
    assert "Veckobild efter omgång 9" in browser.get("/dashboard").text
    group = company.group("Ekonomi")
    for path in ("", "/csv", "/xlsx"):
        assert browser.get(f"/dashboard/groups/{group.id}{path}").status_code == 200
