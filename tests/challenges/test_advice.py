import pytest

from challenges.advice import Kind, Suggestion, suggestions
from challenges.reporting import Few, Share

LOW, MIDDLE, HIGH = Share(0, 4), Share(1, 3), Share(3, 4)


@pytest.mark.parametrize(
    ("bridges", "shares", "expected"),
    [
        pytest.param({}, [], [Kind.ONE_QUESTION], id="nothing known"),
        pytest.param({7: Few.NONE}, [], [Kind.FIRST_BRIDGE], id="a bridge is missing"),
        pytest.param({7: Few.SOME, 8: 10}, [], [Kind.MORE_BRIDGES], id="a narrow one"),
        pytest.param({8: 10}, [HIGH, HIGH], [Kind.KEEP_GOING], id="all is well"),
        pytest.param({7: Few.NONE}, [HIGH, LOW], [Kind.FIRST_BRIDGE, Kind.QUIETER], id="fading"),
        pytest.param({}, [LOW, LOW], [Kind.START_SMALL], id="few take part"),
        pytest.param({}, [LOW, MIDDLE], [Kind.LIVELIER], id="more than last time"),
        pytest.param({}, [MIDDLE, None, MIDDLE], [Kind.ONE_QUESTION], id="as usual, with a gap"),
    ],
)
def test_what_a_group_might_do_next(bridges, shares, expected: list[Kind]):
    assert [each.kind for each in suggestions(bridges, shares, 4)] == expected


def test_whom_to_meet_changes_from_week_to_week():
    bridges = {3: Few.NONE, 5: Few.NONE, 9: Few.SOME}
    assert [suggestions(bridges, [], number) for number in (1, 2, 3)] == [
        (Suggestion(Kind.FIRST_BRIDGE, other),) for other in (5, 3, 5)
    ]
