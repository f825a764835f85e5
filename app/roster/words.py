"""What is said of a file and its rows, in the reader's language."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from app.roster.entries import Column
from app.roster.model import Change, Field, Line, Person, Plan, Verdict
from app.roster.reading import Problem, Unreadable


def unreadable_words(error: Unreadable) -> str:
    words = problem_words(error.problem)
    return _("Rad %(row)d: %(words)s", row=error.row, words=words) if error.row else words


def problem_words(problem: Problem) -> str:
    values = dict(problem.values)
    if "column" in values and problem.key == "missing-column":
        values["column"] = column_words(Column(values["column"]))
    return _SENTENCES[problem.key](values)


_SENTENCES: dict[str, Callable[[dict[str, str | int]], str]] = {
    # the whole file
    "empty-file": lambda v: _("Filen är tom."),
    "too-large": lambda v: _("Filen är för stor. Den får vara högst %(most)d MB.", **v),
    "old-spreadsheet": lambda v: _(
        "Filen är i det gamla formatet XLS. Öppna den och spara som XLSX eller CSV."
    ),
    "broken-spreadsheet": lambda v: _(
        "Kalkylbladet går inte att läsa. Öppna filen, spara som XLSX eller CSV och försök igen."
    ),
    "protected-spreadsheet": lambda v: _(
        "Kalkylbladet är lösenordsskyddat. Spara det utan lösenord."
    ),
    "expands-too-much": lambda v: _(
        "Filen blir större än %(most)d MB när den packas upp, så den öppnas inte.", **v
    ),
    "too-many-rows": lambda v: _(
        "Filen har fler än %(most)d rader. Dela upp den eller ta bort tomma rader.", **v
    ),
    "too-many-columns": lambda v: _(
        "raden har fler än %(most)d kolumner. Ta bort dem som inte behövs.", **v
    ),
    "cell-too-long": lambda v: _(
        "en ruta har mer än %(most)d tecken. Det ser inte ut som en lista över människor.", **v
    ),
    "line-too-long": lambda v: _(
        "raden är så lång att filen inte kan vara en lista över människor."
    ),
    "quotes": lambda v: _("ett citattecken öppnas eller stängs på fel ställe."),
    "not-text": lambda v: _("här finns tecken som inte är text. Spara filen som CSV eller XLSX."),
    "encoding": lambda v: _(
        "filens teckenkodning går inte att läsa. Spara den som UTF-8 och försök igen."
    ),
    "spoilt-letters": lambda v: _(
        "å, ä och ö har blivit fel när filen sparades. Exportera den igen, som UTF-8."
    ),
    "no-header": lambda v: _(
        "Det finns ingen rad med kolumnernas namn. Den behöver Namn, E-post och Avdelning. "
        "Det här hittades: %(found)s",
        **v,
    ),
    "missing-column": lambda v: _("kolumnen %(column)s saknas.", **v),
    "column-twice": lambda v: _(
        "kolumnerna ”%(one)s” och ”%(other)s” betyder samma sak. Ta bort en av dem.", **v
    ),
    "no-people": lambda v: _("Det finns inga människor under rubrikerna."),
    "personal-number": lambda v: _(
        "i kolumnen ”%(column)s” står personnummer eller samordningsnummer (på %(count)d rader: "
        "%(rows)s). De behövs inte här och får inte sparas. Ta bort dem ur filen och ladda upp "
        "den igen. Inget av den är sparat.",
        **v,
    ),
    # a row
    "no-name": lambda v: _("Namnet saknas."),
    "no-email": lambda v: _("E-postadressen saknas."),
    "not-an-email": lambda v: _("”%(email)s” är ingen e-postadress.", **v),
    "no-department": lambda v: _("Avdelningen saknas."),
    "too-long": lambda v: _("”%(text)s…” är längre än %(most)d tecken.", **v),
    "separator-in-name": lambda v: _("”%(name)s” får inte innehålla | eller ;", **v),
    "joint-team": lambda v: _("%(team)s är ett gemensamt lag, som ingen hör till direkt.", **v),
    "other-department": lambda v: _(
        "Laget %(team)s hör till %(department)s. Ge laget här ett annat namn.", **v
    ),
    "email-twice": lambda v: _("Samma e-postadress står på rad %(row)d.", **v),
    "number-twice": lambda v: _("Samma anställningsnummer står på rad %(row)d.", **v),
    "person-twice": lambda v: _("Samma person står på rad %(row)d.", **v),
    "email-taken": lambda v: _("E-postadressen tillhör redan någon annan."),
    "other-number": lambda v: _(
        "E-postadressen tillhör någon med ett annat anställningsnummer. Är det samma person, ändra "
        "numret på personens sida först."
    ),
    "going": lambda v: _(
        "Kontot stängdes för mer än ett år sedan och raderas i natt. Läs in personen i morgon."
    ),
    "unknown-unit": lambda v: _(
        "Det finns ingen avdelning och inget lag som heter ”%(unit)s” att vara chef för.", **v
    ),
}


def column_words(column: Column) -> str:
    return {
        Column.NAME: _("Namn"),
        Column.FIRST_NAME: _("Förnamn"),
        Column.LAST_NAME: _("Efternamn"),
        Column.EMAIL: _("E-post"),
        Column.NUMBER: _("Anställningsnummer"),
        Column.DEPARTMENT: _("Avdelning"),
        Column.TEAM: _("Lag"),
        Column.MANAGES: _("Chef för"),
    }[column]


def field_words(field: Field) -> str:
    return {
        Field.NAME: _("Namn"),
        Field.EMAIL: _("E-post"),
        Field.NUMBER: _("Anställningsnummer"),
        Field.TEAM: _("Lag"),
        Field.MANAGES: _("Chef för"),
        Field.ACCOUNT: _("Konto"),
    }[field]


def change_words(change: Change) -> str:
    if change.field is Field.ACCOUNT:
        return _("Kontot öppnas igen.")
    nothing = _("inget")
    return _(
        "%(field)s: %(old)s blir %(new)s",
        field=field_words(change.field),
        old=change.old or nothing,
        new=change.new or nothing,
    )


def line_words(line: Line) -> list[str]:
    """What a row of the preview says, sentence by sentence."""
    if line.problems:
        return [problem_words(each) for each in line.problems]
    if line.verdict is Verdict.NEW:
        words = [_("Kommer med i %(team)s.", team=line.team)]
        if line.manages:
            words.append(_("Blir chef."))
        return words
    return [change_words(each) for each in line.changes]


def leaver_words(person: Person) -> str:
    return person.team or _("Inget lag än")


def done_words(plan: Plan, closed: int) -> str:
    new, changed = plan.counts[Verdict.NEW], plan.counts[Verdict.CHANGED]
    parts = [
        ngettext("%(num)s ny", "%(num)s nya", new),
        ngettext("%(num)s ändrad", "%(num)s ändrade", changed),
    ]
    if closed:
        parts.append(ngettext("%(num)s konto stängt", "%(num)s konton stängda", closed))
    return _("Listan är inläst: %(parts)s.", parts=", ".join(parts))
