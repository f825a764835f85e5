from wtforms import PasswordField, StringField
from wtforms.validators import Length

from app.accounts.forms import LONGEST_EMAIL, LONGEST_PASSWORD
from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l


class EraseForm(LocalForm):
    """The password, or the address typed out by whoever has none. Both are judged by the view."""

    password = PasswordField(
        validators=[Length(max=LONGEST_PASSWORD, message=_l("Lösenordet är för långt."))]
    )
    email = StringField(validators=[Length(max=LONGEST_EMAIL, message=_l("Adressen är för lång."))])
