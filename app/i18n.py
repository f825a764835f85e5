"""Languages: the only module that knows Flask-Babel's set-up. Swedish is the source language."""

from datetime import date as calendar_date
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request, session
from flask_babel import Babel, format_date, get_locale, refresh
from flask_babel import lazy_gettext as babel_lazy_gettext
from flask_login import current_user
from flask_wtf import FlaskForm
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from wtforms.form import BaseForm
from wtforms.i18n import messages_path

from app.installation import find_time_zone

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = ("sv", "en")
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}
# A day stays beside its month, and a clock time beside the word before it.
_DAY_MONTH = "d\N{NO-BREAK SPACE}MMMM"
_AT = {"sv": "'kl.'\N{NO-BREAK SPACE}HH.mm", "en": "'at'\N{NO-BREAK SPACE}HH:mm"}
DAY = f"EEEE {_DAY_MONTH}"
DATE = "d\N{NO-BREAK SPACE}MMM"
MONTH = "MMMM y"
DAY_AND_TIME = {code: f"{DAY} {at}" for code, at in _AT.items()}
DATED = f"{_DAY_MONTH} y"
DATED_TIME = {code: f"{DATED} {at}" for code, at in _AT.items()}
CLOCK_TIME = {"sv": "%H.%M", "en": "%H:%M"}
HUNDREDTHS = 100
REMEMBERED = 4096

babel = Babel()


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    babel.init_app(app, locale_selector=_choose_language, timezone_selector=lambda: time_zone().key)
    app.jinja_env.globals |= {
        "_": _gettext,
        "gettext": _gettext,
        "ngettext": _ngettext,
        "in_language": _in_language,
    }
    app.jinja_env.filters |= {
        "day": day,
        "date": date,
        "month": month,
        "month_name": month_name,
        "local_day": local_day,
        "short_day": short_day,
        "days_later": days_later,
        "day_and_time": day_and_time,
        "dated": dated,
        "dated_day": dated_day,
        "clock_time": clock_time,
        "week_number": week_number,
        "number": number,
        "hundredths": hundredths,
        "signed": signed,
    }
    app.context_processor(
        lambda: {"locale": language(), "languages": LANGUAGES, "language_names": LANGUAGE_NAMES}
    )


@lru_cache
def _texts(locale: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [locale])


@pass_context
def _gettext(context: Context, text: str, /, **values: object) -> str:
    """A template's `_`. A page has dozens of texts, and each way through Flask-Babel and Jinja's
    extension takes ten times as long."""
    return _filled(context, _texts(_language_of(context)).ugettext(text), values)


@pass_context
def _ngettext(context: Context, one: str, many: str, num: int, /, **values: object) -> str:
    found = _texts(_language_of(context)).ungettext(one, many, num)
    return _filled(context, found, {"num": num} | values)


def _in_language(text: str, language: str) -> str:
    """A text that is translated elsewhere, in another language than the reader's."""
    return _texts(language).ugettext(text)


def _language_of(context: Context) -> str:
    """A macro sees nothing of its page, so it asks for the reader's."""
    return context.get("locale") or language()


def _filled(context: Context, text: str, values: dict[str, object]) -> str:
    """As Jinja does it: the text is ours, what is put into it is escaped."""
    return (Markup(text) if context.eval_ctx.autoescape else text) % values  # noqa: S704 - our own


def speak(language: str) -> None:
    """From here on this answer is in that language: a link of a mail keeps to the language of its
    mail, whoever is signed in and whatever the browser prefers."""
    g.language = language
    refresh()


def _choose_language() -> str:
    if "language" in g:
        return g.language
    if current_user.is_authenticated:
        return current_user.language
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return chosen
    # Werkzeug's own matching prefers an exact "en" to a more wanted "sv-SE".
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((each for each in wanted if each in LANGUAGES), LANGUAGES[0])


def lazy_gettext(text: str) -> str:
    """A text of a form's class, put into the reader's language only when it is shown."""
    return cast("str", babel_lazy_gettext(text))


def language() -> str:
    locale = get_locale()
    return locale.language if locale else LANGUAGES[0]


def time_zone() -> ZoneInfo:
    """Where the organisation's weeks begin and end: told on the setup page, or in the settings."""
    if "time_zone" not in g:
        know_time_zone(find_time_zone())
    return g.time_zone


def know_time_zone(name: str | None) -> None:
    """Spare the request a statement of its own, where another one has read it along."""
    g.time_zone = ZoneInfo(name) if name else current_app.extensions["settings"].zone


def day(instant: datetime) -> str:
    return _formatted_instant(instant, DAY, language(), time_zone())


def local_day(chosen: calendar_date) -> str:
    """A day that somebody named: it is hers as it stands, in no other zone."""
    return format_date(chosen, DAY)


def short_day(chosen: calendar_date) -> str:
    """A local day in a narrow table."""
    return format_date(chosen, DATE)


def month(instant: datetime) -> str:
    return _formatted_instant(instant, MONTH, language(), time_zone())


def month_name(instant: datetime) -> str:
    return _formatted_instant(instant, "MMMM", language(), time_zone())


def days_later(chosen: calendar_date, days: int) -> calendar_date:
    return chosen + timedelta(days=days)


def date(instant: datetime) -> str:
    """A day in a narrow table."""
    return _formatted_instant(instant, DATE, language(), time_zone())


def day_and_time(instant: datetime) -> str:
    return _formatted_instant(instant, DAY_AND_TIME[language()], language(), time_zone())


def dated(instant: datetime) -> str:
    """With its year, where what is told may lie long behind."""
    return _formatted_instant(instant, DATED_TIME[language()], language(), time_zone())


def dated_day(chosen: calendar_date) -> str:
    return format_date(chosen, DATED)


def clock_time(at: time) -> str:
    """A time of day that somebody named, in no zone."""
    return at.strftime(CLOCK_TIME[language()])


def week_number(instant: datetime) -> int:
    return instant.astimezone(time_zone()).isocalendar().week


def number(value: int) -> str:
    return _formatted(value, "#,##0", language())


def hundredths(value: int, decimals: int = 1) -> str:
    """A score kept in hundredths."""
    return _formatted(round(value / HUNDREDTHS, decimals), f"#,##0.{'0' * decimals}", language())


@lru_cache(REMEMBERED)
def _formatted_instant(instant: datetime, pattern: str, locale: str, zone: ZoneInfo) -> str:
    return format_datetime(instant, pattern, tzinfo=zone, locale=locale)


@lru_cache(REMEMBERED)
def _formatted(value: float, pattern: str, locale: str) -> str:
    """A page has hundreds of numbers, most of them small and the same again and again."""
    return format_decimal(value, pattern, locale)


@lru_cache
def _form_texts(locale: str) -> NullTranslations:
    """WTForms' own texts; Flask-WTF would read their file anew for every request."""
    return Translations.load(messages_path(), [locale], "wtforms")


class LocalForm(FlaskForm):
    """A form whose ready-made messages are in the reader's language."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: BaseForm) -> NullTranslations:
            return _form_texts(language())


def signed(value: int) -> str:
    """With a sign in front, a true minus, and none before zero."""
    return f"+{value}" if value > 0 else f"\N{MINUS SIGN}{-value}" if value < 0 else "0"
