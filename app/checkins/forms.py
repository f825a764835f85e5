from dataclasses import replace
from datetime import date

from flask import current_app
from wtforms import (
    DateField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from app.checkins.queries import WeekPage, recent_meeting
from app.checkins.reports import NAME_LENGTH, NOTE_LENGTH, Met, Report
from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l
from app.security import id_in
from challenges.model import DISCOMFORT

OUTSIDE = "outside"
DEPARTMENT = "department-"
RECENT = "recent-"
NOT_A_FIGURE = _l("Välj en siffra mellan 0 och 10.")


def _discomfort_field() -> IntegerField:
    """Left out is a fine answer. NumberRange would stumble over a number that no float can hold."""
    return IntegerField(validators=[Optional(), AnyOf(DISCOMFORT, NOT_A_FIGURE)])


class PledgeForm(LocalForm):
    mission = StringField(validators=[InputRequired(_l("Välj ett uppdrag, vilket du vill."))])
    expected = _discomfort_field()


class DoneForm(LocalForm):
    """`met` holds chips: a department, somebody outside, or a person met before."""

    mission = StringField(validators=[InputRequired(_l("Välj vilket uppdrag du gjorde."))])
    actual = _discomfort_field()
    met = SelectMultipleField(validate_choice=False)


class CheckInForm(DoneForm):
    recalled = _discomfort_field()
    person = StringField(
        validators=[
            Length(max=NAME_LENGTH, message=_l("Namnet får ha högst %(max)d tecken.")),
        ],
        filters=[lambda value: (value or "").strip()],
    )
    happened_on = DateField(validators=[Optional()])
    note = TextAreaField(
        validators=[
            Length(max=NOTE_LENGTH, message=_l("Anteckningen får ha högst %(max)d tecken.")),
        ],
        filters=[lambda value: (value or "").replace("\r\n", "\n")],
    )

    first_day: date
    today: date

    def validate_happened_on(self, field: DateField) -> None:
        if field.data and not self.first_day <= field.data <= self.today:
            raise ValidationError(_l("Välj en dag från omgångens måndag till i dag."))


def check_in_form(page: WeekPage) -> CheckInForm:
    """The form as it was posted, else filled with what is known: the undone report, the pledge."""
    report = page.report
    form = CheckInForm(
        data={
            "mission": page.mission,
            "happened_on": report.happened_on if report else page.today,
            "actual": report.actual if report else None,
            "recalled": report.recalled if report else None,
            "met": [_chip(each) for each in report.met] if report else [],
            "person": next((each.person for each in report.met if each.person), "")
            if report
            else "",
            "note": report.note if report else "",
        }
    )
    form.first_day, form.today = page.first_day, page.today
    return form


def pledge_form(page: WeekPage) -> PledgeForm:
    return PledgeForm(data={"mission": page.mission, "expected": page.expected})


def posted_check_in(first_day: date, today: date) -> CheckInForm:
    """What was sent alone; `as_report` makes a report of it."""
    form = CheckInForm()
    form.first_day, form.today = first_day, today
    return form


def as_report(form: CheckInForm, participation_id: int) -> Report:
    return Report(
        mission=form.mission.data or "",
        happened_on=form.happened_on.data or form.today,
        actual=form.actual.data,
        recalled=form.recalled.data,
        met=_with_name(met_in(form, participation_id), form.person.data),
        note=form.note.data or "" if are_notes_kept() else "",
    )


def are_notes_kept() -> bool:
    """Public employers may turn notes off, because somebody could ask to read them."""
    return current_app.extensions["settings"].notes_enabled


def met_in(form: DoneForm, participation_id: int) -> tuple[Met, ...]:
    """The chips in order."""
    found = (_meeting(chip, participation_id) for chip in form.met.data or ())
    return tuple(each for each in found if each is not None)


def _with_name(met: tuple[Met, ...], name: str | None) -> tuple[Met, ...]:
    """A typed name belongs to the first whom nobody has named, or stands alone."""
    if not name or any(each.person == name for each in met):
        return met
    unnamed = next((index for index, each in enumerate(met) if not each.person), None)
    if unnamed is None:
        return (*met, Met(person=name))
    named = replace(met[unnamed], person=name)
    return (*met[:unnamed], named, *met[unnamed + 1 :])


def _meeting(chip: str, participation_id: int) -> Met | None:
    if chip == OUTSIDE:
        return Met(is_outside=True)
    if chip.startswith(DEPARTMENT) and (found := id_in(chip.removeprefix(DEPARTMENT))):
        return Met(department_id=found)
    if chip.startswith(RECENT) and (found := id_in(chip.removeprefix(RECENT))):
        return recent_meeting(participation_id, found)
    return None


def _chip(met: Met) -> str:
    if met.is_outside:
        return OUTSIDE
    return f"{DEPARTMENT}{met.department_id}" if met.department_id else ""
