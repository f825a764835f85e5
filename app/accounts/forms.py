from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l

LONGEST_EMAIL = 254
LONGEST_PASSWORD = 1024


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
