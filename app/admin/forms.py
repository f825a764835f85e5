from datetime import date

from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.i18n import LocalForm
from app.i18n import lazy_gettext as _l
from app.seasons.models import REFERENCE_LENGTH


class NegotiationForm(LocalForm):
    """`today` is set by the view: a negotiation cannot lie ahead."""

    today = date.max

    negotiated_on = DateField(
        validators=[DataRequired(_l("Välj dagen då förhandlingen blev klar."))],
    )
    negotiation_reference = StringField(
        filters=[lambda value: (value or "").replace("\0", "").strip()],
        validators=[
            DataRequired(_l("Skriv protokollets beteckning, så att det går att hitta.")),
            Length(max=REFERENCE_LENGTH, message=_l("Beteckningen är för lång.")),
        ],
    )

    def validate_negotiated_on(self, field: DateField) -> None:
        if field.data and field.data > self.today:
            raise ValidationError(_l("Dagen ligger framåt i tiden."))
