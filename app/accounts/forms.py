import hmac

from flask import current_app, request
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.accounts.service import Attempt
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


def attempt_of(email: str, password: str) -> Attempt:
    """What was typed, as the limits on failed sign-ins count it."""
    return Attempt(
        email=email,
        password=password,
        account_subject=_subject("account", email.strip().lower()),
        address_subject=_subject("address", request.remote_addr or ""),
    )


def _subject(kind: str, value: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{kind}:{value}".encode(), "sha256").hexdigest()
