import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from challenges.badge_rules import RULES_FOR_THE_OWNER, Audience, ChallengeDone, Family, Rank
from challenges.catalogue import (
    BADGES_FILE,
    CONTENT,
    DECK_FILE,
    ROLES_FILE,
    Catalogue,
    UnknownContent,
    load_catalogue,
)
from challenges.missions import LAST_NUMBER, Tag
from challenges.model import Level
from challenges.reading import ContentError
from challenges.texts import Text

ADVICE = "02-advice.toml"
CHATTY = "05-chatty.toml"
DRAFT = "missions[advice-quiet-draft]"
MISSIONS_A_LEVEL = 3
WHOLE_DECK = 60


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def texts(thing: object) -> Iterator[Text]:
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, BaseModel):
        for _, value in thing:
            yield from texts(value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from texts(value)


def all_texts(catalogue: Catalogue) -> list[Text]:
    return [
        *texts(catalogue.challenges),
        *texts(catalogue.badges),
        *texts(catalogue.deck),
        *texts(catalogue.roles),
    ]


def test_challenges_come_in_the_order_of_their_numbers(catalogue: Catalogue) -> None:
    numbers = [challenge.number for challenge in catalogue.challenges]
    assert numbers == list(range(1, LAST_NUMBER + 1))


def test_every_challenge_offers_three_missions_at_every_level(catalogue: Catalogue) -> None:
    thin = [
        (challenge.slug, level)
        for challenge in catalogue.challenges
        for level in Level
        if len(challenge.missions_at(level)) < MISSIONS_A_LEVEL
    ]
    assert thin == []


def test_the_deck_is_large_and_asks_in_both_languages(catalogue: Catalogue) -> None:
    questions = catalogue.deck.questions
    assert len(questions) >= WHOLE_DECK
    silent = [q.slug for q in questions if not (q.text.sv[-1] == q.text.en[-1] == "?")]
    assert silent == []


def test_a_slug_says_how_deep_its_question_goes(catalogue: Catalogue) -> None:
    odd = [q.slug for q in catalogue.deck.questions if not q.slug.startswith(f"{q.depth.value}-")]
    assert odd == []


def test_there_is_a_role_for_every_level_of_courage(catalogue: Catalogue) -> None:
    assert {role.level for role in catalogue.roles} == set(Level)


def test_no_two_roles_look_the_same(catalogue: Catalogue) -> None:
    icons = [role.icon for role in catalogue.roles]
    assert len(icons) == len(set(icons))


def test_the_roles_go_with_their_challenge_and_the_questions_with_all_others(
    catalogue: Catalogue,
) -> None:
    assert [each.slug for each in catalogue.challenges if each.companion == "roles"] == ["role"]


def test_every_challenge_has_its_golden_tip_badge(catalogue: Catalogue) -> None:
    tips = [badge for badge in catalogue.badges if badge.family is Family.TIP]
    challenges = [badge.rule.challenge for badge in tips if isinstance(badge.rule, ChallengeDone)]
    assert challenges == [challenge.slug for challenge in catalogue.challenges]
    assert {badge.rank for badge in tips} == {Rank.GOLD}


def test_badges_that_tell_of_level_or_note_are_for_their_owner_only(catalogue: Catalogue) -> None:
    private = {badge.slug for badge in catalogue.badges if badge.audience is Audience.OWNER}
    assert private == {
        badge.slug for badge in catalogue.badges if isinstance(badge.rule, RULES_FOR_THE_OWNER)
    }
    assert private == {"noticed-3", "noticed-6", "quiet-3"}


@pytest.mark.parametrize(
    ("challenge", "tag"), [("chatty", Tag.NEWCOMER), ("reconnect", Tag.RECONNECT)]
)
def test_a_badge_for_a_tag_can_be_earned_where_one_expects_it(
    catalogue: Catalogue, challenge: str, tag: Tag
) -> None:
    assert any(tag in mission.tags for mission in catalogue.challenge(challenge).missions)


def test_every_challenge_can_be_done_quietly_in_writing(catalogue: Catalogue) -> None:
    spoken = [
        challenge.slug
        for challenge in catalogue.challenges
        if all(Tag.WRITING not in mission.tags for mission in challenge.missions_at(Level.QUIET))
    ]
    assert spoken == []


def test_no_text_was_left_untranslated(catalogue: Catalogue) -> None:
    assert [text.sv for text in all_texts(catalogue) if text.sv == text.en] == []


def test_texts_ask_without_shouting(catalogue: Catalogue) -> None:
    assert [text for text in all_texts(catalogue) if "!" in text.sv + text.en] == []


@pytest.mark.parametrize(
    ("language", "expected"), [("sv", "Hej"), ("en", "Hello"), ("de", "Hej"), ("", "Hej")]
)
def test_a_text_falls_back_to_swedish(language: str, expected: str) -> None:
    assert Text(sv="Hej", en="Hello").into(language) == expected


def test_what_is_unknown_is_none_to_find_and_an_error_to_ask_for(catalogue: Catalogue) -> None:
    for find, ask in [
        (catalogue.find_challenge, catalogue.challenge),
        (catalogue.find_mission, catalogue.mission),
        (catalogue.find_badge, catalogue.badge),
    ]:
        assert find("no-such") is None
        with pytest.raises(UnknownContent, match="no-such"):
            ask("no-such")
    assert catalogue.find_question("no-such") is None
    assert catalogue.find_role("no-such") is None


def test_space_around_a_text_is_cut_away(folder: Path) -> None:
    replace(folder / ADVICE, '"Be någon om råd"', '"  Be någon om råd "')
    assert load_catalogue(folder).challenge("advice").title.sv == "Be någon om råd"


@pytest.mark.parametrize(
    ("file", "change", "key", "reason"),
    [
        (ADVICE, ('slug = "advice"', 'slug = "advise"'), "slug", "should be called 02-advise.toml"),
        (ADVICE, ('slug = "advice"', 'slug = "Ad vice"'), "slug", "match pattern"),
        (ADVICE, ("number = 2", "number = 10"), "number", "at most 9"),
        (ADVICE, ('icon = "question"', 'icon = "rocket"'), "icon", "Input should be 'spark'"),
        (ADVICE, ("number = 2", 'number = 2\ncolour = "red"'), "colour", "not permitted"),
        (ADVICE, ('sv = "Be någon om råd"', ""), "title.sv", "required"),
        (ADVICE, ('sv = "Be någon om råd"', 'sv = " "'), "title.sv", "at least 1 character"),
        (
            ADVICE,
            ('sv = "Be någon om råd"', f'sv = "{"å" * 41}"'),
            "title",
            "sv has 41 characters, at most 40 fit",
        ),
        (ADVICE, ("[[openers]]", "[[closers]]"), "openers", "at least 3 items"),
        (
            ADVICE,
            ('level = "bold"', 'level = "loud"'),
            "missions[advice-bold-half-hour].level",
            "'quiet'",
        ),
        (
            ADVICE,
            ('tags = ["fika"]', 'tags = ["tea"]'),
            "missions[advice-everyday-coffee].tags[1]",
            "'newcomer'",
        ),
        (
            ADVICE,
            ('slug = "advice-quiet-draft"', 'slug = "advice-quiet-template"'),
            "missions[advice-quiet-template].slug",
            "taken already, in 02-advice.toml",
        ),
        (
            CHATTY,
            ('slug = "chatty-quiet-seat"', 'slug = "advice-quiet-draft"'),
            f"{DRAFT}.slug",
            "taken already, in 02-advice.toml",
        ),
        (ADVICE, ("slug = ", "slug "), "", "is not TOML"),
        (BADGES_FILE, ('rank = "gold"', 'rank = "tin"'), "badges[tip-curiosity].rank", "'copper'"),
        (
            BADGES_FILE,
            ('enamel = "cardamom"', 'enamel = "mint"'),
            "badges[tip-curiosity].enamel",
            "'lingon'",
        ),
        (
            BADGES_FILE,
            ('slug = "kept-5"', 'slug = "kept-3"'),
            "badges[kept-3].slug",
            "taken already",
        ),
        (
            BADGES_FILE,
            ('challenge = "advice"', 'challenge = "gossip"'),
            "badges[tip-advice].rule.challenge",
            "there is no challenge gossip",
        ),
        (
            BADGES_FILE,
            ('tag = "newcomer"', 'tag = "tea"'),
            "badges[newcomer].rule.tag",
            "'newcomer'",
        ),
        (
            BADGES_FILE,
            ("minimum = 5", "minimum = 4"),
            "badges[whole-season].rule.minimum",
            "equal to 5",
        ),
        (BADGES_FILE, ("count = 3", "count = 0"), "badges[kept-3].rule.count", "equal to 1"),
        (
            BADGES_FILE,
            ('kind = "both-figures"', 'kind = "lower-figure"'),
            "badges[noticed-3].rule",
            "lower-figure",
        ),
        (
            BADGES_FILE,
            ('audience = "owner"', 'audience = "shelf"'),
            "badges[noticed-3].audience",
            "for its owner only",
        ),
        (
            BADGES_FILE,
            ('family = "team"', 'family = "streak"'),
            "badges[team-10].family",
            "team-check-ins does not belong to the family streak",
        ),
        (
            DECK_FILE,
            ('depth = "light"', 'depth = "burnt"'),
            "questions[light-first-cup].depth",
            "'light', 'medium' or 'dark'",
        ),
        (
            DECK_FILE,
            ('slug = "light-best-seat"', 'slug = "light-first-cup"'),
            "questions[light-first-cup].slug",
            "taken already, in deck.toml",
        ),
        (
            DECK_FILE,
            ("Var i huset sitter du helst?", "Vad gör dagens första kopp riktigt god?"),
            "questions[light-best-seat].text.sv",
            "taken already, in deck.toml",
        ),
        (
            DECK_FILE,
            ("Var i huset sitter du helst?", "å" * 101),
            "questions[light-best-seat].text",
            "sv has 101 characters, at most 100 fit",
        ),
        (ROLES_FILE, ('icon = "pot"', 'icon = "kettle"'), "roles[helper].icon", "'pot'"),
        (ROLES_FILE, ('level = "quiet"', 'level = "shy"'), "roles[helper].level", "'quiet'"),
        (ROLES_FILE, ('slug = "reporter"', 'slug = "helper"'), "roles[helper].slug", "taken"),
        (ROLES_FILE, ("[[roles.does]]", "[[roles.doess]]"), "roles[helper].doess", "not permitted"),
        (ROLES_FILE, ("[roles.until]", "[roles.untill]"), "roles[helper].until", "required"),
    ],
)
def test_what_is_wrong_is_told_with_file_key_and_reason(
    folder: Path, file: str, change: tuple[str, str], key: str, reason: str
) -> None:
    replace(folder / file, *change)
    with pytest.raises(ContentError) as caught:
        load_catalogue(folder)
    assert (caught.value.file, caught.value.key) == (file, key)
    assert reason in caught.value.reason
    assert str(caught.value) == ": ".join(filter(None, (file, key, caught.value.reason)))


def test_a_level_with_too_few_missions_is_told(folder: Path) -> None:
    replace(folder / ADVICE, 'level = "quiet"', 'level = "bold"')
    with pytest.raises(
        ContentError, match=r"02-advice\.toml: missions: 2 of quiet, at least 3 are"
    ):
        load_catalogue(folder)


def test_a_thin_pile_is_told(folder: Path) -> None:
    path = folder / DECK_FILE
    path.write_text(path.read_text("utf-8").replace('"dark"', '"light"'), "utf-8")
    with pytest.raises(ContentError, match=r"deck\.toml: questions: 0 of dark, at least 20 are"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("key", "most_or_least"), [("roles", "at least 6 items"), ("roles[helper].lines", "at most 3")]
)
def test_too_few_roles_and_too_many_lines_are_told(
    folder: Path, key: str, most_or_least: str
) -> None:
    path = folder / ROLES_FILE
    first, second, *_ = path.read_text("utf-8").split("[[roles]]\n")[1:]
    fourth_line = '[[roles.lines]]\nsv = "Hej"\nen = "Hello"\n'
    kept = [first, second] if key == "roles" else [first + fourth_line]
    path.write_text("".join(f"[[roles]]\n{role}" for role in kept), "utf-8")
    with pytest.raises(ContentError) as caught:
        load_catalogue(folder)
    assert caught.value.key == key
    assert most_or_least in caught.value.reason


def test_a_tag_badge_that_nobody_can_earn_is_told(folder: Path) -> None:
    for path in folder.glob("0*.toml"):
        path.write_text(path.read_text("utf-8").replace('"reconnect"', '"fika"', 99), "utf-8")
    (folder / "07-reconnect.toml").rename(folder / "07-fika.toml")
    replace(folder / BADGES_FILE, 'challenge = "reconnect"', 'challenge = "fika"')
    with pytest.raises(ContentError, match=r"badges\[reconnect\].rule.tag: no mission has the tag"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("raw", "reason"), [(b"\xff\xfe", "is not UTF-8"), (None, "No such file or directory")]
)
def test_a_file_that_cannot_be_read_is_told(folder: Path, raw: bytes | None, reason: str) -> None:
    if raw is None:
        (folder / BADGES_FILE).unlink()
    else:
        (folder / BADGES_FILE).write_bytes(raw)
    with pytest.raises(ContentError, match=f"badges.toml: {reason}"):
        load_catalogue(folder)


def replace(path: Path, old: str, new: str) -> None:
    """The first place only; a test whose place is gone should not pass by accident."""
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} no longer says {old}"
    path.write_text(text.replace(old, new, 1), "utf-8")
