"""The page's figures in words, once for the page, the spreadsheet and the text file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.dashboard.queries import Page, RoundFigures
from app.dashboard.tree import ORGANISATION, GroupRow
from challenges.catalogue import Catalogue
from challenges.reporting import Cell, Few, Share

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Table:
    """`meaning` says what the figures mean and what they do not; every cell is a text, and the
    first one of a row names it."""

    slug: str
    title: str
    meaning: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def name_of(group: GroupRow) -> str:
    if group.kind == ORGANISATION:
        return _("Hela organisationen")
    return listed(group.names)


def listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s och %(last)s", first=", ".join(names[:-1]), last=names[-1])


def share_words(share: Share | None) -> str:
    if share is None:
        return NOTHING
    low, high = share.percent
    return _("%(low)d till %(high)d procent", low=low, high=high)


def about(count: int) -> str:
    """A rounded count; a nought may stand for up to two."""
    return _("omkring %(count)s", count=format_decimal(count)) if count else _("högst 2")


def cell_words(cell: Cell | None) -> str:
    if cell is None:
        return NOTHING
    if isinstance(cell, int):
        return format_decimal(cell)
    return _("ingen än") if cell is Few.NONE else _("några")


def tables(page: Page, catalogue: Catalogue, language: str) -> tuple[Table, ...]:
    found = (
        shares_table(page.rounds),
        _sums(page),
        matrix_table("matrix", _("Broar mellan avdelningar"), page.units, page.cell),
        _badges(page, catalogue, language),
        _places(page),
        goal_table(page.goal_count, page.goal_target),
    )
    return tuple(table for table in found if table.rows)


def shares_table(rounds: Sequence[RoundFigures]) -> Table:
    return Table(
        "shares",
        _("Andel som är med"),
        _(
            "Hur stor del av dem som kunde vara med som checkade in i tid. Den visas i breda steg, "
            "så att ingen går att räkna fram, och den säger inte vilka."
        ),
        (_("Omgång"), _("Andel"), _("Räknat på")),
        tuple(
            (
                str(each.number),
                share_words(each.share),
                name_of(each.share_of) if each.share_of else NOTHING,
            )
            for each in rounds
        ),
    )


def _sums(page: Page) -> Table:
    rows = (
        (_("Möten"), about(page.meetings)),
        (_("Möten med andra avdelningar"), about(page.bridges)),
    )
    return Table(
        "sums",
        _("Möten och broar"),
        _(
            "I säsongen, avrundat till närmaste fem; för en större grupp är det summan av de "
            "mindre gruppernas avrundade tal. Det säger inte hur bra mötena var, och inte vem som "
            "träffade vem."
        ),
        (_("Vad"), _("Antal")),
        rows if page.counted_on else (),
    )


def matrix_table(
    slug: str,
    title: str,
    units: Sequence[GroupRow],
    cell: Callable[[GroupRow, GroupRow], Cell | None],
) -> Table:
    """Nothing of it where there is only one department."""
    names = [name_of(unit) for unit in units]
    return Table(
        slug,
        title,
        _(
            "Möten mellan två avdelningar, vem av de två som än berättade. "
            "Några betyder 1 till 4; fler är avrundat till närmaste fem."
        ),
        (_("Avdelning"), *names),
        tuple(
            (name, *(cell_words(cell(one, other)) for other in units))
            for name, one in zip(names, units, strict=True)
        )
        if len(units) > 1
        else (),
    )


def _badges(page: Page, catalogue: Catalogue, language: str) -> Table:
    return Table(
        "badges",
        _("Märken av varje sort"),
        _(
            "Hittills i säsongen, avrundat till närmaste fem; för en större grupp är det summan av "
            "de mindre gruppernas avrundade tal. Märken som bara är till för den som har dem "
            "räknas aldrig."
        ),
        (_("Märke"), _("Antal")),
        tuple(
            (badge.name.into(language), about(page.badges[badge.slug]))
            for badge in catalogue.badges
            if page.badges.get(badge.slug)
        ),
    )


def _places(page: Page) -> Table:
    numbers = sorted({number for row in page.places for number in row.places})
    return Table(
        "places",
        _("Lagens platser i ligan"),
        _(
            "Som tabellen har visat dem, omgång för omgång. En plats säger hur laget står sig, "
            "inte vem som gör vad."
        ),
        (_("Lag"), *map(str, numbers)),
        tuple(
            (row.team.name, *(str(row.places.get(number) or NOTHING) for number in numbers))
            for row in page.places
        ),
    )


def goal_table(count: int, target: int) -> Table:
    return Table(
        "goal",
        _("Tillsammans"),
        _(
            "Hela organisationens gemensamma mål: incheckningar där någon träffade någon. "
            "Det säger inget om en enskild grupp."
        ),
        (_("Vad"), _("Antal")),
        (
            (_("Nått"), format_decimal(count)),
            (_("Målet"), format_decimal(target)),
        ),
    )
