"""The lead's page of the ways in: invitations by mail, and the join link."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.access import lead
from app.accounts import joining
from app.accounts.entrance import secret_key
from app.accounts.invitations import AlreadyCame, invite_again, invite_the_uninvited
from app.accounts.invited import PEOPLE_ON_A_PAGE, Stage, count_stages, people
from app.accounts.tokens import Purpose
from app.acting import by_viewer
from app.admin.forms import JoinLinkForm
from app.audit.service import Action, record
from app.database import writing
from app.htmx import VARY, render, wants_fragment
from app.notifications.queries import states_of, tally_of
from app.security import LARGEST_ID, base_url
from app.sheets import Sheet

blueprint = Blueprint("invitations", __name__, url_prefix="/admin/invitations")

SEARCHED_BY = ("stage", "search", "sheet")
LONGEST_SEARCH = 100


@blueprint.get("")
@lead
def index() -> ResponseReturnValue:
    if wants_fragment():
        # Every few seconds: without the people and the counts that it does not show.
        tally = tally_of(Purpose.INVITATION)
        return render("admin/invitations.html", block="progress", tally=tally, is_part=True)
    return _page(JoinLinkForm(formdata=None))


@blueprint.post("/all")
@lead
def invite_all() -> ResponseReturnValue:
    with writing():
        count = invite_the_uninvited(secret_key=secret_key(), now=clock.now())
        if count:
            record(by_viewer(), Action.PEOPLE_INVITED, details={"people": count})
    flash(
        ngettext("%(num)s inbjudan är på väg.", "%(num)s inbjudningar är på väg.", count)
        if count
        else _("Alla har redan fått en inbjudan."),
        "done",
    )
    return redirect(url_for("invitations.index") + "#progress", code=HTTPStatus.SEE_OTHER)


@blueprint.post("/people/<int:user_id>")
@lead
def invite_one(user_id: int) -> ResponseReturnValue:
    try:
        with writing():
            user, is_new = invite_again(user_id, secret_key=secret_key(), now=clock.now())
            name = user.name
            if is_new:
                record(by_viewer(), Action.PERSON_INVITED, person_id=user_id)
    except AlreadyCame:
        abort(HTTPStatus.NOT_FOUND)
    flash(
        _("En inbjudan till %(name)s är på väg. Äldre länkar gäller inte längre.", name=name),
        "done",
    )
    return redirect(_back_to_list(), code=HTTPStatus.SEE_OTHER)


@blueprint.post("/link")
@lead
def open_join_link() -> ResponseReturnValue:
    form = JoinLinkForm()
    if not form.validate_on_submit():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        domains = list(form.found_domains)
        token = joining.open_link(domains, now=clock.now())
        record(by_viewer(), Action.JOIN_LINK_OPENED, details={"domains": domains})
    # Shown once: only its hash is kept.
    flash(base_url() + url_for("welcome.join_link", token=token), "join-link")
    return redirect(url_for("invitations.index") + "#link", code=HTTPStatus.SEE_OTHER)


@blueprint.post("/link/close")
@lead
def close_join_link() -> ResponseReturnValue:
    with writing():
        if joining.close_link():
            record(by_viewer(), Action.JOIN_LINK_CLOSED)
    flash(_("Länken är återkallad. Ingen kommer in med den längre."), "done")
    return redirect(url_for("invitations.index") + "#link", code=HTTPStatus.SEE_OTHER)


def _page(form: JoinLinkForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
    stage, search, sheet = _asked_for()
    now = clock.now()
    rows, total = people(stage, search, sheet, now=now)
    if sheet > 1 and not rows:
        abort(HTTPStatus.NOT_FOUND)
    page = render(
        "admin/invitations.html",
        form=form,
        counts=count_stages(now),
        people=rows,
        mails=states_of([row.mail_key for row in rows if row.mail_key]),
        tally=tally_of(Purpose.INVITATION),
        link=joining.find_open_link(),
        stage=stage,
        stages=Stage,
        search=search,
        sheet=Sheet(sheet, -(-total // PEOPLE_ON_A_PAGE)),
    )
    page.status_code = status
    # The progress alone comes from the same address.
    page.headers["Vary"] = VARY
    return page


def _asked_for() -> tuple[Stage | None, str, int]:
    """Which people are asked for; a stage that makes no sense is a page that is not there."""
    wanted = request.args.get("stage", "")
    if wanted and wanted not in set(Stage):
        abort(HTTPStatus.NOT_FOUND)
    sheet = request.args.get("sheet", 1, type=int)
    search = request.args.get("search", "").strip()[:LONGEST_SEARCH]
    return Stage(wanted) if wanted else None, search, max(1, min(sheet, LARGEST_ID))


def _back_to_list() -> str:
    """With what was searched for, as the form carries it."""
    asked = {name: request.form[name] for name in SEARCHED_BY if request.form.get(name)}
    return f"{url_for('invitations.index')}?{urlencode(asked)}#people"
