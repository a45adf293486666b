"""A rule says of an answer whether it was kept, and what was found instead."""

from decimal import Decimal

import pytest

from chatbot.sandbox.rules import EXAMPLES, KINDS, Check, Given, NoRule, check, parse

ANSWER = Given(
    text="Returns take 30 days.  Ｆree of charge [1].",
    citations=[{"title": "Returns", "url": "/help/returns#p1"}],
    tokens=12,
    cost=Decimal("0.0012"),
    seconds=1.5,
)
UNKNOWN = Given(text="I'm sorry, I don't know that. Would you like a person?")
UNKNOWN_ZH = Given(text="抱歉，我不知道：页面没有提到这个问题。")
STOPPED = Given(text="", stopped=True, failed=True)
FAILED = Given(text="", failed=True)


@pytest.mark.parametrize(
    ("rule", "given", "kept"),
    [
        ("contains: 30 DAYS", ANSWER, True),
        ("contains: free of charge", ANSWER, True),
        ("contains: 14 days", ANSWER, False),
        ("lacks: sorry", ANSWER, True),
        ("lacks: free", ANSWER, False),
        ("cites: returns", ANSWER, True),
        ("cites: /help/returns", ANSWER, True),
        ("cites: Delivery", ANSWER, False),
        ("cites: Returns", UNKNOWN, False),
        ("refuses", UNKNOWN, True),
        ("refuses: yes", UNKNOWN_ZH, True),
        ("refuses", STOPPED, True),
        ("refuses", ANSWER, False),
        ("refuses: no", ANSWER, True),
        ("refuses: no", UNKNOWN, False),
        ("refuses", FAILED, False),
        (r"matches: \d+ days", ANSWER, True),
        (r"matches: ^\d+$", ANSWER, False),
        ("tokens: 12", ANSWER, True),
        ("tokens: 11", ANSWER, False),
        ("cost: 0.0012", ANSWER, True),
        ("cost: 0.001", ANSWER, False),
        ("seconds: 2", ANSWER, True),
        ("seconds: 1", ANSWER, False),
        ("lacks: sorry", FAILED, False),
    ],
)
def test_a_rule_is_kept_or_not(rule, given, kept):
    found = check([rule], given)
    assert [one.kept for one in found] == [kept]
    assert bool(found[0].found) != kept


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("has: 30 days", "is no rule: begin with contains"),
        ("thirty days", "is no rule"),
        ("contains:", "lacks what comes after the colon"),
        ("refuses: maybe", "write yes or no"),
        ("tokens: many", "such as 120"),
        ("cost: -1", "such as 0.002"),
        ("cost: NaN", "such as 0.002"),
        ("matches: (", "is no regular expression"),
    ],
)
def test_what_is_no_rule_says_what_to_write(line, said):
    with pytest.raises(NoRule, match=said.replace("(", r"\(")):
        parse(line)
    assert not check([line], ANSWER)[0].kept


def test_a_pattern_that_goes_astray_is_given_up():
    found = check(["matches: (a+)+(b+)+$c"], Given(text="a" * 60 + "b" * 60))
    assert not found[0].kept


def test_all_rules_are_looked_at():
    found = check(["contains: 30 days", "lacks: free", "refuses"], ANSWER)
    assert found == [
        Check("contains: 30 days", True),
        Check("lacks: free", False, "it stands there"),
        Check("refuses", False, "it answers"),
    ]


def test_each_kind_that_takes_a_number_has_an_example():
    assert all(parse(f"{kind}: {example}").kind == kind for kind, example in EXAMPLES.items())
    assert set(EXAMPLES) < set(KINDS)
