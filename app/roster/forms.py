from wtforms import BooleanField, FileField, IntegerField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.accounts.emails import is_email, kept
from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l
from app.organisation.forms import one_line
from app.roster.personal_numbers import holds_personal_number
from app.roster.plan import LONGEST_NAME, LONGEST_NUMBER
from app.roster.service import Details


class PersonForm(LocalForm):
    name = StringField(
        filters=[one_line],
        validators=[
            DataRequired(_l("Skriv personens namn.")),
            Length(max=LONGEST_NAME, message=_l("Namnet är för långt.")),
        ],
    )
    email = StringField(
        filters=[lambda value: kept(one_line(value))],
        validators=[DataRequired(_l("Skriv personens e-postadress."))],
    )
    number = StringField(
        filters=[one_line],
        validators=[Length(max=LONGEST_NUMBER, message=_l("Numret är för långt."))],
    )

    def validate_email(self, field: StringField) -> None:
        if not is_email(field.data or ""):
            raise ValidationError(_l("Det ser inte ut som en e-postadress."))

    def validate_number(self, field: StringField) -> None:
        if holds_personal_number(field.data or ""):
            raise ValidationError(_l("Det är ett personnummer. Det behövs inte här."))

    @property
    def details(self) -> Details:
        return Details(self.name.data or "", self.email.data or "", self.number.data or "")


class TeamForm(LocalForm):
    """The view looks the team up."""

    team = IntegerField()


class NewPersonForm(PersonForm, TeamForm):
    pass


class UnitForm(LocalForm):
    """A department or a team by its key, as `queries.ManagedUnit` has it."""

    unit = StringField()


class FileForm(LocalForm):
    file = FileField()


class ApplyForm(LocalForm):
    """`digest` says which preview was looked at."""

    digest = StringField()
    closes_leavers = BooleanField()
