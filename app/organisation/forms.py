from wtforms import StringField, TimeField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l
from app.organisation.models import (
    DEPARTMENT_NAME_LENGTH,
    FIKA_PLACE_LENGTH,
    FIKA_WELCOME_LENGTH,
    TEAM_NAME_LENGTH,
)
from app.organisation.structure import Fika

# What separates names where a file lists several of them.
NO_SEPARATORS = r"[^|;]*$"


def one_line(value: str | None) -> str:
    return " ".join((value or "").split())


class TeamForm(LocalForm):
    name = StringField(
        filters=[one_line],
        validators=[
            DataRequired(_l("Skriv lagets namn.")),
            Length(max=TEAM_NAME_LENGTH, message=_l("Namnet är för långt.")),
            Regexp(NO_SEPARATORS, message=_l("Namnet får inte innehålla | eller ;")),
        ],
    )


class DepartmentForm(LocalForm):
    name = StringField(
        filters=[one_line],
        validators=[
            DataRequired(_l("Skriv avdelningens namn.")),
            Length(max=DEPARTMENT_NAME_LENGTH, message=_l("Namnet är för långt.")),
            Regexp(NO_SEPARATORS, message=_l("Namnet får inte innehålla | eller ;")),
        ],
    )
    fika_place = StringField(
        filters=[one_line],
        validators=[Length(max=FIKA_PLACE_LENGTH, message=_l("Platsen är för lång."))],
    )
    fika_time = TimeField(validators=[Optional()])
    fika_welcome = StringField(
        filters=[one_line],
        validators=[Length(max=FIKA_WELCOME_LENGTH, message=_l("Raden är för lång."))],
    )

    @property
    def fika(self) -> Fika:
        return Fika(self.fika_place.data or "", self.fika_time.data, self.fika_welcome.data or "")
