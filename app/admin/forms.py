from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from app.accounts.emails import domains_in
from app.accounts.models import DOMAINS_LENGTH
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


class JoinLinkForm(LocalForm):
    """`found_domains` are there once the form is valid."""

    domains = StringField(
        validators=[
            DataRequired(_l("Skriv minst en domän, som i foretaget.se.")),
            Length(max=DOMAINS_LENGTH, message=_l("Det blev för många.")),
        ]
    )
    found_domains: Sequence[str] = ()

    def validate_domains(self, field: StringField) -> None:
        try:
            self.found_domains = domains_in(field.data or "")
        except ValueError as error:
            raise ValidationError(_("%(word)s är ingen domän.", word=str(error))) from error
