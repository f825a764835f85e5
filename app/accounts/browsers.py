"""What somebody knows her browser by. Of all that a browser says of itself only this is kept."""

# The first one found names it: many claim to be others, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """As in "Firefox, Android"; empty where nothing is known of it."""
    names = (_named(user_agent, BROWSERS), _named(user_agent, SYSTEMS))
    return ", ".join(name for name in names if name)


def _named(user_agent: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in table if sign in user_agent), "")
