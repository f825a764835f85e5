"""What the lead has typed of a plan, kept as it is while she moves things about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, IntegerField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.validators import ValidationError as Refused

from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l
from app.seasons.models import SEASON_NAME_LENGTH
from challenges.calendar import monday_of, refuse_other_days
from challenges.catalogue import Catalogue
from challenges.errors import NotAMonday
from challenges.model import TeamId

FURTHEST_AHEAD = timedelta(days=3 * 366)
LARGEST_GOAL = 10_000_000
DIGITS_OF_AN_ID = 9


class PlanForm(LocalForm):
    """`today` is set by the view. Of a season that has begun, name and start are not asked for."""

    today = date.min

    name = StringField(
        filters=[lambda value: (value or "").replace("\0", "").strip()],
        validators=[
            DataRequired(_l("Ge säsongen ett namn.")),
            Length(max=SEASON_NAME_LENGTH, message=_l("Namnet är för långt.")),
        ],
    )
    start = DateField(validators=[DataRequired(_l("Välj måndagen då säsongen börjar."))])
    has_vote = BooleanField()
    goal = IntegerField(
        validators=[
            Optional(),
            NumberRange(1, LARGEST_GOAL, _l("Målet är minst en incheckning, skrivet med siffror.")),
        ]
    )

    def validate_start(self, field: DateField) -> None:
        if field.data is None:
            return
        try:
            refuse_other_days(field.data)
        except NotAMonday:
            raise Refused(_l("En säsong börjar på en måndag.")) from None
        if field.data < monday_of(self.today):
            raise Refused(_l("Den veckan har redan varit."))
        if field.data > self.today + FURTHEST_AHEAD:
            raise Refused(_l("Så långt fram går det inte att planera."))


@dataclass(frozen=True, slots=True)
class Board:
    """What lies on the table: the challenges in their order, the weeks that were `shown` and which
    of them rest, and the groups of teams that are to play as one, None before anybody has said."""

    challenges: tuple[str, ...]
    shown: frozenset[date] = frozenset()
    resting: frozenset[date] = frozenset()
    groups: tuple[tuple[TeamId, ...], ...] | None = None

    def after(self, action: str, known: Sequence[str]) -> "Board":
        """With one challenge moved up or down, put in or taken out, as `action` says."""
        verb, _, slug = action.partition(":")
        order = [each for each in self.challenges if each != slug]
        place = self.challenges.index(slug) if slug in self.challenges else None
        if verb == "in" and slug in known:
            order.append(slug)
        elif place is None:
            return self
        elif verb in ("up", "down"):
            order.insert(max(0, place + (1 if verb == "down" else -1)), slug)
        elif verb != "out":
            return self
        return replace(self, challenges=tuple(order))


def read_board(form: MultiDict[str, str], catalogue: Catalogue, fixed: Sequence[str]) -> Board:
    """The typed lists, without anything that this page cannot have sent."""
    slugs = dict.fromkeys(form.getlist("challenge"))
    return Board(
        challenges=tuple(
            each for each in slugs if catalogue.find_challenge(each) and each not in fixed
        ),
        shown=_mondays(form.getlist("shown")),
        resting=_mondays(form.getlist("rest")),
        groups=tuple(_teams(value) for value in form.getlist("joint")),
    )


def _mondays(values: Sequence[str]) -> frozenset[date]:
    days = set()
    for value in values:
        try:
            days.add(date.fromisoformat(value))
        except ValueError:
            continue
    return frozenset(day for day in days if day.weekday() == 0)


def _teams(value: str) -> tuple[TeamId, ...]:
    parts = [part for part in value.split("-") if part.isascii() and part.isdecimal()]
    return tuple(TeamId(int(part)) for part in parts if len(part) <= DIGITS_OF_AN_ID)
