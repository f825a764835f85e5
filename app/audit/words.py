"""The log in the reader's language."""

from flask_babel import gettext as _
from flask_babel import ngettext

from app.audit.queries import LogEntry
from app.audit.service import Action

ABOUT_SOMEBODY = ("person", "move", "manager", "lead", "account")


def actor_words(entry: LogEntry) -> str:
    if entry.by_command:
        return _("Ett kommando på servern")
    return entry.actor or _("Ett raderat konto")


def subject_words(entry: LogEntry) -> str:
    if entry.action.startswith(ABOUT_SOMEBODY):
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
        case Action.LEAD_ADDED:
            return _("gjorde någon till programledare")
        case Action.LEAD_REMOVED:
            return _("tog bort någon som programledare")
        case Action.PERSON_INVITED:
            return _("bjöd in en person")
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
        case Action.PEOPLE_INVITED:
            return ngettext(
                "bjöd in %(num)s person", "bjöd in %(num)s personer", details.get("people", 0)
            )
        case _:
            return _programme_words(entry.action, details)


def _programme_words(action: str, details: dict) -> str:
    """What is done to the programme itself: its ways in, its seasons and its texts."""
    match action:
        case Action.JOIN_LINK_OPENED:
            domains = ", ".join(f"@{each}" for each in details.get("domains", ()))
            return _("öppnade en länk in för alla på %(domains)s", domains=domains)
        case Action.JOIN_LINK_CLOSED:
            return _("återkallade länken in")
        case Action.WALL_OPENED:
            return _("skapade en länk till fikarummets skärm")
        case Action.WALL_CLOSED:
            return _("återkallade länken till fikarummets skärm")
        case Action.SEASON_PLANNED:
            return _("planerade en säsong")
        case Action.SEASON_CHANGED:
            return _("ändrade planen för säsongen")
        case Action.SEASON_STARTED:
            return _("startade säsongen")
        case Action.SEASON_PAUSED:
            return _("gjorde vecka %(week)s till vilovecka", week=details.get("week", ""))
        case Action.SEASON_ENDED:
            return _("avslutade säsongen efter omgång %(number)s", number=details.get("round", ""))
        case Action.SEASON_DISCARDED:
            return _("tog bort en planerad säsong")
        case Action.SEASON_NEGOTIATED:
            return _("antecknade förhandlingen med facket")
        case Action.ROUND_CLOSED:
            return _("stängde omgång %(number)s", number=details.get("round", ""))
        case Action.CHALLENGE_ADDED:
            return _("lade till en egen utmaning")
        case Action.CHALLENGE_WORDED:
            return _("ändrade texten i en utmaning")
        case Action.CHALLENGE_RESTORED:
            return _("tog tillbaka en tidigare text i en utmaning")
        case Action.JOB_ASKED_FOR:
            return _job_words(details.get("job", ""))
        case other:
            return other


def _job_words(job: str) -> str:
    match job:
        case "closing":
            return _("bad automatiken stänga omgångar")
        case "monday":
            return _("bad automatiken skriva måndagens mejl")
        case "reminder":
            return _("bad automatiken skriva torsdagens mejl")
        case _:
            return _("bad automatiken göra nattens arbete")


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
