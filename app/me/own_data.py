"""Everything that is stored of one person, put together from every feature, for her to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from app.accounts import personal_data as accounts
from app.audit import personal_data as audit
from app.badges import personal_data as badges
from app.badges.queries import AwardRow, awards_in
from app.dashboard import personal_data as dashboard
from app.database import db
from app.feed import personal_data as feed
from app.history import personal_data as history
from app.history.own import OwnRound, own_season
from app.history.queries import EntryRow, entries_of
from app.notifications import personal_data as notifications
from app.organisation import personal_data as organisation
from app.organisation.models import Department, Team
from app.personal_data import Export
from app.pulse import personal_data as pulse
from app.roster import personal_data as roster
from app.seasons import personal_data as seasons
from app.seasons.models import Participation, Round, Season
from app.seasons.queries import SeasonRow, find_season_of, seasons_of
from challenges.catalogue import Badge, Catalogue

# From the ground up, as app/ lists them; what stands on something else is erased before it.
FEATURES = (
    *(notifications, accounts, audit, organisation, seasons),
    *(roster, pulse, history, badges, dashboard, feed),
)
# What a row's keys stand for, so that it can be read.
NAMES: Mapping[str, ColumnElement[Any]] = {
    "team": Team.name.expression,
    "department": Department.name.expression,
    "season": Season.name.expression,
    "round": Round.number.expression,
}

Names = dict[str, dict[int, Any]]


@dataclass(frozen=True, slots=True)
class SeasonTold:
    """One of her seasons as she lived it; `pins` are the badges that she won in it."""

    season: SeasonRow
    participation: Participation
    rounds: tuple[OwnRound, ...]
    entries: tuple[EntryRow, ...]
    pins: tuple[tuple[Badge, AwardRow], ...]


def export(user_id: int) -> Export:
    """Every row that refers to the person, by table."""
    found: Export = {}
    for feature in FEATURES:
        found |= feature.export(user_id)
    return found


def names_in(found: Export) -> Names:
    """What the teams, departments, seasons and rounds in those rows are called."""
    wanted: dict[str, set[int]] = {name: set() for name in NAMES}
    for table, rows in found.items():
        for column, target in references(table).items():
            if target in wanted:
                wanted[target] |= {row[column] for row in rows if row[column] is not None}
    return {
        name: dict(
            db.session.execute(
                select(column.table.c.id, column).where(column.table.c.id.in_(wanted[name]))
            ).all()
        )
        for name, column in NAMES.items()
    }


def references(table: str) -> dict[str, str]:
    """Which table each of its keys leads to."""
    return {
        column.name: key.column.table.name
        for column in db.metadata.tables[table].columns
        for key in column.foreign_keys
    }


def seasons_told(user_id: int, catalogue: Catalogue) -> tuple[SeasonTold, ...]:
    """The newest season first; of each the rounds that she left any trace in."""
    told = []
    for joined in seasons_of(user_id):
        season, participation = find_season_of(user_id, joined.id)
        if season is None or participation is None:
            continue
        own = own_season(participation.id).rounds.values()
        awards = awards_in(participation.id)
        told.append(
            SeasonTold(
                season,
                participation,
                rounds=tuple(each for each in own if each.pledge or each.check_in or each.is_away),
                entries=tuple(reversed(entries_of(user_id, season.id))),
                pins=tuple(
                    (badge, awards[badge.slug])
                    for badge in catalogue.badges
                    if badge.slug in awards
                ),
            )
        )
    return tuple(told)
