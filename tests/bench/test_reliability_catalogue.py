"""The fault table is whole, and a run of it is chosen by name."""

import pytest

from chatbot.bench.frame import CannotMeasure
from chatbot.bench.reliability import faults
from chatbot.bench.reliability.catalogue import ROWS, chosen
from chatbot.bench.reliability.rig import rules_for
from chatbot.bench.reliability.rules import EACH, RULES
from chatbot.demo_model.behaviour import RULES as RULES_OF_THE_MODEL


def test_every_row_of_the_table_is_there_once():
    assert sorted(row.number for row in ROWS.values()) == list(range(1, 51))


def test_all_are_chosen_in_the_order_of_the_table():
    assert [row.number for row in chosen(["all"], quick=False)] == list(range(1, 51))


def test_some_are_chosen_by_name_even_where_they_are_not_quick():
    assert [row.name for row in chosen(["redis_wiped", "half_open"], quick=True)] == [
        "half_open",
        "redis_wiped",
    ]


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(CannotMeasure, match=r"no_fault.*worker_killed"):
        chosen(["worker_killed", "no_fault"], quick=False)


@pytest.mark.parametrize("group", sorted(faults.__all__))
def test_a_quick_run_has_a_row_of_every_group(group):
    quick = chosen(["all"], quick=True)
    assert any(row.inject.__module__.endswith(f".{group}") for row in quick)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_says_what_happens(name):
    assert ROWS[name].title


def test_every_rule_is_for_a_row():
    assert set(RULES) | set(EACH) <= set(ROWS)


def test_the_demo_model_takes_all_rules_and_the_usual_one_comes_last():
    rules = rules_for(list(ROWS.values()), seed=1, quota=8)
    RULES_OF_THE_MODEL.validate_python(rules)
    assert rules[-1]["match"] == "*"
    assert "M-1-hangs-8:" in [rule["match"] for rule in rules]
