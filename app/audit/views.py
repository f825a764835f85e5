"""What leads have done to the organisation, for leads to read."""

import csv
from io import StringIO

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import lead
from app.audit.queries import all_entries, count_entries, entries
from app.audit.words import action_words, actor_words, subject_words
from app.htmx import render
from app.sheets import ROWS_A_SHEET, asked_sheet
from app.spreadsheet_text import MARK, disarmed

blueprint = Blueprint("audit", __name__, url_prefix="/admin")


@blueprint.get("/log")
@lead
def log() -> ResponseReturnValue:
    sheet = asked_sheet(count_entries())
    return render(
        "audit/log.html",
        entries=entries(ROWS_A_SHEET, sheet.offset),
        sheet=sheet,
        action_words=action_words,
        actor_words=actor_words,
        subject_words=subject_words,
    )


@blueprint.get("/log/csv")
@lead
def as_text() -> ResponseReturnValue:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_("När"), _("Vem"), _("Vad"), _("Gäller")])
    for entry in all_entries():
        row = (
            entry.happened_at.isoformat(timespec="seconds"),
            actor_words(entry),
            action_words(entry),
            subject_words(entry),
        )
        writer.writerow([disarmed(cell) for cell in row])
    answer = Response((MARK + text.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="fikaligan-logg.csv"'
    return answer
