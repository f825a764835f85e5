"""How long is kept what has an end: /privacy tells these spans, and the night carries them out."""

from collections.abc import Mapping
from datetime import timedelta

YEAR = timedelta(days=365)

FAILURE_WINDOW = timedelta(minutes=15)
SESSION_LASTS = timedelta(days=30)
# Between asking to be erased and being gone one can think better of it.
REGRET_LASTS = timedelta(days=7)
VIEWS_KEPT = YEAR
MAIL_KEPT = timedelta(days=30)
CLOSED_ACCOUNT_KEPT = YEAR
NOTES_KEPT = 2 * YEAR

# As the inventory's sentences name them in braces.
SPANS: Mapping[str, int] = {
    "failure_minutes": FAILURE_WINDOW // timedelta(minutes=1),
    "session_days": SESSION_LASTS.days,
    "mail_days": MAIL_KEPT.days,
    "view_years": VIEWS_KEPT // YEAR,
    "closed_years": CLOSED_ACCOUNT_KEPT // YEAR,
    "note_years": NOTES_KEPT // YEAR,
}
