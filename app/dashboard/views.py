from http import HTTPStatus

from flask import Blueprint, Response, abort, current_app, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.access import signed_in
from app.content import catalogue
from app.dashboard.exports import as_csv, as_xlsx
from app.dashboard.queries import Page, Reader, find_page, find_tree_for, groups_to_switch
from app.dashboard.report import Report, find_report, seasons_reported_to
from app.dashboard.report_tables import report_tables
from app.dashboard.service import note_view
from app.dashboard.tables import Table, cell_words, name_of, share_words, tables
from app.dashboard.tree import GroupRow, Tree
from app.database import writing
from app.htmx import render
from app.i18n import language, time_zone
from app.seasons.queries import SeasonRow, find_begun_season, find_season_of
from challenges.calendar import local_day

blueprint = Blueprint("dashboard", __name__, url_prefix="/dashboard")

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.before_request
def refuse_when_switched_off() -> None:
    if not current_app.extensions["settings"].dashboards:
        abort(HTTPStatus.NOT_FOUND)


@blueprint.get("")
@signed_in
def start() -> ResponseReturnValue:
    season = find_begun_season(clock.now())
    tree, who = _tree_for(season) if season else (None, None)
    if season is None or tree is None or who is None:
        return render("dashboard/nothing.html", has_groups=False)
    group = who.first(tree)
    if group is None:
        return render("dashboard/nothing.html", has_groups=True)
    return _page(season, tree, who, group)


@blueprint.get("/groups/<int:group_id>")
@signed_in
def group(group_id: int) -> ResponseReturnValue:
    return _page(*_open(group_id))


@blueprint.get("/groups/<int:group_id>/csv")
@signed_in
def as_text(group_id: int) -> ResponseReturnValue:
    page = _noted(*_open(group_id))
    body = as_csv(_title(page), tables(page, catalogue(), language()))
    return _file(body, f"{page.group.id}-{page.last.number}.csv", CSV)


@blueprint.get("/groups/<int:group_id>/xlsx")
@signed_in
def as_spreadsheet(group_id: int) -> ResponseReturnValue:
    page = _noted(*_open(group_id))
    body = as_xlsx(_title(page), tables(page, catalogue(), language()))
    return _file(body, f"{page.group.id}-{page.last.number}.xlsx", XLSX)


@blueprint.get("/seasons/<int:season_id>")
@signed_in
def season_report(season_id: int) -> ResponseReturnValue:
    report = _report(season_id)
    return render(
        "dashboard/report.html",
        report=report,
        season=report.season,
        tables={table.slug: table for table in _report_tables(report)},
        seasons=seasons_reported_to(current_user.id, is_lead=current_user.is_lead),
        questions=catalogue().pulse.questions,
        share_words=share_words,
        cell_words=cell_words,
    )


@blueprint.get("/seasons/<int:season_id>/csv")
@signed_in
def season_as_text(season_id: int) -> ResponseReturnValue:
    report = _report(season_id)
    body = as_csv(report.season.name, _report_tables(report))
    return _file(body, f"season-{season_id}-{report.end.number}.csv", CSV)


@blueprint.get("/seasons/<int:season_id>/xlsx")
@signed_in
def season_as_spreadsheet(season_id: int) -> ResponseReturnValue:
    report = _report(season_id)
    body = as_xlsx(report.season.name, _report_tables(report))
    return _file(body, f"season-{season_id}-{report.end.number}.xlsx", XLSX)


def _report(season_id: int) -> Report:
    """For whoever may open the whole organisation's page of that season: everybody who takes part
    or manages somebody, and the lead. Reading it is noted there."""
    season, _participation = find_season_of(current_user.id, season_id)
    tree, who = _tree_for(season) if season else (None, None)
    if season is None or tree is None or who is None or not who.may_open(tree.organisation):
        abort(HTTPStatus.NOT_FOUND)
    _note(who, tree.organisation)
    report = find_report(season, tree)
    if report is None:
        abort(HTTPStatus.NOT_FOUND)
    return report


def _report_tables(report: Report) -> tuple[Table, ...]:
    return report_tables(report, catalogue(), language())


def _open(group_id: int) -> tuple[SeasonRow, Tree, Reader, GroupRow]:
    """A group that is not hers answers exactly like one that does not exist."""
    season = find_begun_season(clock.now())
    tree, who = _tree_for(season) if season else (None, None)
    found = tree.groups.get(group_id) if tree else None
    if season is None or tree is None or who is None or found is None or not who.may_open(found):
        abort(HTTPStatus.NOT_FOUND)
    return season, tree, who, found


def _tree_for(season: SeasonRow) -> tuple[Tree | None, Reader]:
    return find_tree_for(current_user.id, season.id, is_lead=current_user.is_lead, now=clock.now())


def _noted(season: SeasonRow, tree: Tree, who: Reader, group: GroupRow) -> Page:
    """The page, with this visit in its log: no manager or lead reads it unnoticed."""
    _note(who, group)
    page = find_page(season, tree, group)
    if page is None:
        abort(HTTPStatus.NOT_FOUND)
    return page


def _note(who: Reader, group: GroupRow) -> None:
    if who.is_watched(group):
        with writing():
            note_view(group.id, current_user.id, today=local_day(clock.now(), time_zone()))


def _page(season: SeasonRow, tree: Tree, who: Reader, group: GroupRow) -> ResponseReturnValue:
    page = _noted(season, tree, who, group)
    following = next((each for each in season.plan.rounds if not each.closed), page.last)
    return render(
        "dashboard/group.html",
        season=season,
        page=page,
        tables={table.slug: table for table in tables(page, catalogue(), language())},
        own_unit=tree.unit_of(group.id),
        switch=groups_to_switch(tree, who),
        tree=tree,
        reflect=catalogue().challenge(page.last.challenge).reflect,
        challenge=catalogue().challenge(following.challenge),
        next_number=following.number,
        name_of=name_of,
        share_words=share_words,
        cell_words=cell_words,
    )


def _title(page: Page) -> str:
    return _(
        "%(group)s efter omgång %(number)d", group=name_of(page.group), number=page.last.number
    )


def _file(body: bytes, name: str, kind: str) -> Response:
    response = make_response(body)
    response.mimetype = kind.partition(";")[0]
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="fikaligan-{name}"'
    return response
