"""The season report in words, the same for the page, the text file and the spreadsheet."""

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.dashboard.report import Report
from app.dashboard.tables import (
    NOTHING,
    Table,
    about,
    goal_table,
    matrix_table,
    shares_table,
)
from challenges.catalogue import Catalogue
from challenges.means import DISCOMFORT, FIVE_STEPS, TENTHS, Scale
from challenges.pulse import Moment


def mean_words(told: int | None, scale: Scale) -> str:
    if told is None:
        return NOTHING
    value = format_decimal(told / TENTHS, "0.0")
    if told == scale.bottom:
        return _("högst %(value)s", value=value)
    return _("minst %(value)s", value=value) if told == scale.top else value


def report_tables(report: Report, catalogue: Catalogue, language: str) -> tuple[Table, ...]:
    start = _("Broar efter omgång %(number)d", number=report.start.number)
    end = _("Broar efter omgång %(number)d", number=report.end.number)
    found = (
        shares_table(report.rounds),
        _comfort(report),
        _pulse(report, catalogue, language),
        _bridges(report),
        matrix_table("matrix-start", start, report.units, report.start.cell),
        matrix_table("matrix-end", end, report.units, report.end.cell),
        goal_table(report.season.goal_count, report.season.goal_target),
    )
    has_moved = report.start.number != report.end.number
    return tuple(
        table for table in found if table.rows and (has_moved or table.slug != "matrix-start")
    )


def _comfort(report: Report) -> Table:
    return Table(
        "comfort",
        _("Väntat och verkligt obehag"),
        _(
            "Medelvärden på skalan 0 till 10, av minst tjugo personer som har gissat i förväg och "
            "berättat efteråt. De är grova och rör sig trögt, så att de inte säger något om någon "
            "enskild."
        ),
        (_("Omgång"), _("Väntat"), _("Blev")),
        tuple(
            (
                str(each.number),
                mean_words(each.expected, DISCOMFORT),
                mean_words(each.actual, DISCOMFORT),
            )
            for each in report.comfort
        ),
    )


def _pulse(report: Report, catalogue: Catalogue, language: str) -> Table:
    before, after = report.pulse[Moment.BEFORE], report.pulse[Moment.AFTER]
    return Table(
        "pulse",
        _("Före och efter säsongen"),
        _(
            "Tre frivilliga frågor, där 1 är minst och 5 mest: medelvärden av minst tjugo svar, i "
            "steg om två tiondelar. Svaren räknas bara ihop, och det är inte säkert att samma "
            "personer har svarat båda gångerna."
        ),
        (_("Fråga"), _("Före"), _("Efter")),
        tuple(
            (
                question.text.into(language),
                mean_words(before.get(question.slug), FIVE_STEPS),
                mean_words(after.get(question.slug), FIVE_STEPS),
            )
            for question in catalogue.pulse.questions
        ),
    )


def _bridges(report: Report) -> Table:
    start, end = report.start, report.end
    return Table(
        "bridges",
        _("Broar, då och nu"),
        _(
            "Mötena är summan av gruppernas tal, vart och ett avrundat till fem. Två avdelningar "
            "har träffats när någon på den ena har berättat om ett möte med någon på den andra."
        ),
        (
            _("Vad"),
            _("Efter omgång %(number)d", number=start.number),
            _("Efter omgång %(number)d", number=end.number),
        ),
        (
            (_("Möten"), about(start.meetings), about(end.meetings)),
            (_("Möten med andra avdelningar"), about(start.bridges), about(end.bridges)),
            (
                _("Par av avdelningar som har träffats"),
                _("%(met)d av %(all)d", met=start.pairs, all=report.all_pairs),
                _("%(met)d av %(all)d", met=end.pairs, all=report.all_pairs),
            ),
        ),
    )
