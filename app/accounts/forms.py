from flask_babel import gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.accounts.emails import LONGEST_EMAIL, is_email, kept
from app.accounts.models import NAME_LENGTH
from app.accounts.passwords import LONGEST, SHORTEST, PasswordRefused, hash_password
from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l

LONGEST_PASSWORD = 1024


def one_line(value: str | None) -> str:
    """A name as it may stand in a mail's subject."""
    return " ".join((value or "").split())


class SignInForm(LocalForm):
    email = StringField(
        validators=[
            InputRequired(_l("Skriv din e-postadress.")),
            Length(max=LONGEST_EMAIL, message=_l("Adressen är för lång.")),
        ]
    )
    password = PasswordField(
        validators=[
            InputRequired(_l("Skriv ditt lösenord.")),
            Length(max=LONGEST_PASSWORD, message=_l("Lösenordet är för långt.")),
        ]
    )


class EmailForm(LocalForm):
    """A mail is to be sent to the address."""

    email = StringField(
        filters=[lambda value: kept(value or "")],
        validators=[DataRequired(_l("Skriv din e-postadress."))],
    )

    def validate_email(self, field: StringField) -> None:
        if not is_email(field.data or ""):
            raise ValidationError(_("Det ser inte ut som en e-postadress. Kolla en gång till."))


class NewPasswordForm(LocalForm):
    """`password_hash` is there once the form is valid."""

    password = PasswordField(validators=[InputRequired(_l("Välj ett lösenord."))])
    password_hash = ""

    def validate_password(self, field: PasswordField) -> None:
        try:
            self.password_hash = hash_password(field.data or "")
        except PasswordRefused as error:
            raise ValidationError(_password_words(error)) from error


class WelcomeForm(NewPasswordForm):
    name = StringField(
        filters=[one_line],
        validators=[
            DataRequired(_l("Skriv vad du heter.")),
            Length(max=NAME_LENGTH, message=_l("Namnet är för långt.")),
        ],
    )


class ChangePasswordForm(NewPasswordForm):
    current_password = PasswordField(
        validators=[
            InputRequired(_l("Skriv lösenordet du har nu.")),
            Length(max=LONGEST_PASSWORD, message=_l("Lösenordet är för långt.")),
        ]
    )


class NewEmailForm(EmailForm):
    current_password = PasswordField(
        validators=[
            InputRequired(_l("Skriv ditt lösenord.")),
            Length(max=LONGEST_PASSWORD, message=_l("Lösenordet är för långt.")),
        ]
    )


def _password_words(error: PasswordRefused) -> str:
    match error.reason:
        case "short":
            return _("Ta minst %(count)d tecken. Några ord i rad går fint.", count=SHORTEST)
        case "long":
            return _("Ta högst %(count)d tecken.", count=LONGEST)
        case _:
            return _("Det lösenordet är ett av de vanligaste. Ta ett annat.")
