"""The lead's page of what runs by itself: what ran when, what failed and why."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import lead
from app.acting import by_viewer
from app.audit.service import Action, record
from app.database import writing
from app.htmx import render
from app.i18n import time_zone
from app.notifications.queries import tally_of_all
from app.rhythm import runs
from app.rhythm.models import JobRun
from app.rhythm.periods import BEATS, Job, due_at, next_start

blueprint = Blueprint("jobs", __name__, url_prefix="/admin/jobs")

RUNS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A run as the page tells it: `trouble` is the kind that it has words for, `detail` is for
    whoever mends it."""

    run: JobRun
    state: runs.State
    trouble: str
    detail: str


@blueprint.get("")
@lead
def index() -> ResponseReturnValue:
    now = clock.now()
    recent = [_line(run, now) for run in runs.newest_runs(RUNS_SHOWN)]
    mail = runs.newest_run_of(Job.MAIL)
    newest = {job: next((each for each in recent if each.run.job == job), None) for job in BEATS}
    return render(
        "admin/jobs.html",
        vigil=runs.vigil(now),
        newest=newest | {Job.MAIL: _line(mail, now) if mail else None},
        next_starts={job: next_start(job, now, time_zone()) for job in BEATS},
        recent=recent,
        mails=tally_of_all(),
    )


def _line(run: JobRun, now: datetime) -> Line:
    trouble, _colon, detail = (run.error or "").partition(": ")
    return Line(run, runs.state_of(run, now), trouble, detail)


@blueprint.post("/<string:job>/again")
@lead
def ask_again(job: str) -> ResponseReturnValue:
    now = clock.now()
    due = next((each for each in due_at(now, time_zone()) if each.job == job), None)
    if due is None or due.job not in BEATS:
        abort(HTTPStatus.NOT_FOUND)
    try:
        with writing():
            runs.ask_for(due, now=now)
            record(by_viewer(), Action.JOB_ASKED_FOR, details={"job": due.job})
    except runs.StillRunning:
        flash(_("Det pågår redan. Vänta tills det är klart."), "calm")
    else:
        flash(
            _("Automatiken tar det inom en minut.")
            if runs.vigil(now).is_up
            else _("Det görs så snart automatiken är igång igen."),
            "done",
        )
    return redirect(url_for("jobs.index"), code=HTTPStatus.SEE_OTHER)
