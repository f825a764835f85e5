"""The whole game played at random: what people do, and the rhythm of its rounds, as rules."""

from datetime import datetime, timedelta
from itertools import combinations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from app.checkins import service
from app.database import db, writing
from app.organisation.models import Membership
from app.rhythm.service import close_round_early
from app.seasons import service as seasons
from challenges.calendar import monday_of
from challenges.errors import EarlyCloseRefused, NothingToClose
from tests.app.game.board import (
    CROWDS,
    DEPARTMENTS,
    MOMENT,
    TEAM_SIZES,
    ZONE,
    Board,
    players,
    refusal_of,
)
from tests.app.game.comparing import compare_table

# Counted back from the newest round that has begun; the one that comes next is -1.
recent = st.sampled_from((0, 0, 0, 0, 0, 1, 1, 1, 2, 3, -1))
levels = st.integers(0, 8)
figures = st.none() | st.integers(0, 10)
# Whole groups are drawn at once, the smallest first, because every draw takes its time.
departments = st.sampled_from(
    [frozenset(group) for size in range(3) for group in combinations(range(DEPARTMENTS), size)]
)
crowds = st.sampled_from(CROWDS)
minutes = st.sampled_from((1, 60, 60 * 5, 60 * 24, 60 * 24, 60 * 24 * 3, 60 * 24 * 9))
# Most closings are on time; the others come just before the time moves on, or later still.
job_runs = st.sampled_from(("after", "after", "after", "before", "never"))


class TheGame(Board):
    # Time

    @rule(by=minutes, job=job_runs)
    def time_passes(self, by: int, job: str) -> None:
        self._let_pass(timedelta(minutes=by), job)

    @rule(off=st.sampled_from((-MOMENT, 0 * MOMENT, MOMENT)), job=job_runs)
    def time_passes_to_an_edge(self, off: timedelta, job: str) -> None:
        edges = {
            edge + off
            for each in self.paper.rounds
            for edge in (each.starts_at, each.ends_at, each.closes_at)
        } | {self.paper.last_catch_up() + off}
        later = [edge for edge in edges if edge > self.paper.now]
        self._let_pass(min(later, default=self.paper.now) - self.paper.now, job)

    def _let_pass(self, by: timedelta, job: str) -> None:
        self._step("time_passes")
        if job == "before":
            self._run_the_job()
        self.paper.now += by
        if job == "after":
            self._run_the_job()

    # Coming and going

    @rule(who=players)
    def join(self, who: int) -> None:
        if self.paper.players[who].left_from is not None:
            # Coming back carries no instant, so no closing may be late for it.
            self._run_the_job()
        self._step("join")
        self._join(self.paper.players[who])

    @rule(who=players)
    def leave(self, who: int) -> None:
        self._step("leave")
        player = self.paper.players[who]
        self._both(
            player,
            lambda: self.paper.leave(player),
            lambda: seasons.leave(player.user, now=self.paper.now),
        )

    @rule(who=players, to=st.integers(0, len(TEAM_SIZES) - 1))
    def move(self, who: int, to: int) -> None:
        """From the next Monday on."""
        self._step("move")
        player = self.paper.players[who]
        monday = monday_of(self.paper.now.astimezone(ZONE).date()) + timedelta(weeks=1)
        since = datetime(monday.year, monday.month, monday.day, tzinfo=ZONE)
        later = [each for each in player.deeds.values() if each.booked]
        if any(self.paper.round(each.booked or 1).ends_at > since for each in later):
            return
        player.teams[since] = self.team_ids[to]
        with writing():
            db.session.merge(
                Membership(user_id=player.user, starts_at=since, team_id=self.team_ids[to])
            )

    @rule(who=players, back=recent, is_away=st.sampled_from((True, True, False)))
    def mark_away(self, who: int, back: int, is_away: bool) -> None:
        self._step("mark_away")
        player, number = self.paper.players[who], self._number(back)
        self._both(
            player,
            lambda: self.paper.mark_away(player, number, is_away=is_away),
            lambda: service.mark_away(
                player.user, number, is_away=is_away, catalogue=self.catalogue, now=self.paper.now
            ),
        )

    # The week

    @rule(who=players, back=recent, level=levels, expected=figures)
    def pledge(self, who: int, back: int, level: int, expected: int | None) -> None:
        self._step("pledge")
        player, number = self.paper.players[who], self._number(back)
        mission = self._mission(number, level)
        self._both(
            player,
            lambda: self.paper.pledge(player, number, expected),
            lambda: service.pledge(
                player.user,
                number,
                mission=mission.slug,
                expected=expected,
                catalogue=self.catalogue,
                now=self.paper.now,
            ),
        )

    @rule(crowd=crowds, level=levels, met=departments, outside=st.booleans(), actual=figures)
    def check_in(
        self,
        crowd: frozenset[int],
        level: int,
        met: frozenset[int],
        outside: bool,
        actual: int | None,
        back: int = 0,
    ) -> None:
        """Several people one after the other, of whom each meets somebody else; no more than one of
        them will surely be refused."""
        number = self._number(back)
        fresh = {who for who in crowd if self.paper.players[who].might_check_in(number)}
        for who in sorted(fresh | {*sorted(crowd - fresh)[:1]}):
            self._step("check_in")
            ids = {self.departments[(each + who) % DEPARTMENTS].id for each in met}
            self._check_in(who, number, self._mission(number, level + who), ids, outside, actual)

    @rule(crowd=crowds, back=recent, level=levels, met=departments)
    def catch_up(self, crowd: frozenset[int], back: int, level: int, met: frozenset[int]) -> None:
        self.check_in(crowd, level, met, False, None, back)

    @rule(who=players, back=recent, again=st.booleans())
    def undo_or_redo(self, who: int, back: int, again: bool) -> None:
        """Something that often cannot be undone, or redone."""
        player, number = self.paper.players[who], self._number(back)
        if again:
            self._redo(player, number, None)
        else:
            self._undo(player, number)

    @rule(
        who=players,
        later=st.sampled_from((0, 0, 1, 60 * 3, 60 * 24)),
        is_new=st.booleans(),
        level=levels,
        met=departments,
        outside=st.booleans(),
        actual=figures,
    )
    def change_ones_mind(
        self,
        who: int,
        later: int,
        is_new: bool,
        level: int,
        met: frozenset[int],
        outside: bool,
        actual: int | None,
    ) -> None:
        """Undo something that can be undone, and do it again: as it was, or with a new report."""
        found = self.paper.changeable()
        if not found:
            return
        player, number = found[who % len(found)]
        if player.deeds[number].stands:
            self._undo(player, number)
        self.paper.now += timedelta(minutes=later)
        ids = {self.departments[each].id for each in met}
        report = (self._mission(number, level), ids, outside, actual)
        self._redo(player, number, report if is_new else None)

    # The rhythm

    @rule(back=recent, is_demo=st.sampled_from((True, True, False)))
    def close_early(self, back: int, is_demo: bool) -> None:
        self._step("close_early")
        number = self._number(back)
        oldest, now = self._oldest_open(), self.paper.now
        expected: str | None = None
        if oldest != number or now < self.paper.round(number).starts_at:
            expected = NothingToClose.__name__
        elif now < self._closes_at() and not is_demo:
            expected = EarlyCloseRefused.__name__
        refusal = refusal_of(
            lambda: close_round_early(number, self.catalogue, is_demo=is_demo, now=now)
        )
        assert refusal == expected
        self._did(refusal)
        if refusal:
            return
        self._brought_forward(number)
        self.league.close()
        compare_table(self.league, self.season_id)
