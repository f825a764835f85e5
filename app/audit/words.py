"""The log in the reader's language."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.audit.queries import LogEntry
from app.audit.service import Action


def actor_words(entry: LogEntry) -> str:
    if entry.by_command:
        return _("Ett kommando på servern")
    return entry.actor or _("Ett raderat konto")


def subject_words(entry: LogEntry) -> str:
    if entry.action.startswith(("person", "move", "manager", "account")):
        return entry.person or _("Ett raderat konto")
    return entry.thing


def action_words(entry: LogEntry) -> str:
    details = entry.details
    match entry.action:
        case Action.PERSON_ADDED:
            return _("lade till en person")
        case Action.PERSON_CHANGED | Action.DEPARTMENT_CHANGED | Action.TEAM_CHANGED:
            fields = ", ".join(_field_words(each) for each in details.get("changed", ()))
            return _("ändrade %(fields)s", fields=fields)
        case Action.PERSON_MOVED:
            return _("flyttade någon till %(team)s", team=entry.thing)
        case Action.MOVE_UNDONE:
            return _("ångrade en flytt")
        case Action.MANAGER_ADDED:
            return _("gjorde någon till chef för %(unit)s", unit=entry.thing)
        case Action.MANAGER_REMOVED:
            return _("tog bort någon som chef för %(unit)s", unit=entry.thing)
        case Action.ACCOUNT_CLOSED:
            return _("stängde ett konto")
        case Action.ACCOUNT_OPENED:
            return _("öppnade ett konto igen")
        case Action.DEPARTMENT_ADDED:
            return _("lade till en avdelning")
        case Action.TEAM_ADDED:
            return _("lade till ett lag")
        case Action.PEOPLE_IMPORTED:
            return _("läste in en lista: %(counts)s", counts=_counts_words(details))
        case Action.PEOPLE_EXPORTED:
            return ngettext(
                "hämtade listan över %(num)s person",
                "hämtade listan över %(num)s personer",
                details.get("people", 0),
            )
        case other:
            return other


def _counts_words(details: dict) -> str:
    new, changed, closed = (details.get(each, 0) for each in ("new", "changed", "closed"))
    return ", ".join(
        (
            ngettext("%(num)s ny", "%(num)s nya", new),
            ngettext("%(num)s ändrad", "%(num)s ändrade", changed),
            ngettext("%(num)s konto stängt", "%(num)s konton stängda", closed),
        )
    )


def _field_words(name: str) -> str:
    words = {
        "name": _("namnet"),
        "email": _("e-postadressen"),
        "number": _("anställningsnumret"),
        "fika_place": _("fikats plats"),
        "fika_time": _("fikats tid"),
        "fika_welcome": _("raden till besökare"),
    }
    return words.get(name, name)
