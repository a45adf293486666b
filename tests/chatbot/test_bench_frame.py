"""A bench judges its goals, prints one line of JSON, and ends with a telling status."""

import json

import pytest
from django.core.management import call_command

from chatbot.bench.clocks import ReplyClock, now_ms, percentile
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, show
from chatbot.management.commands import bench


@pytest.fixture
def report():
    return Report(
        figures={"failed": 0, "delay": 12.5},
        goals=[Goal("failed", "<=", 0), Goal("delay", "<=", 10)],
        columns=["way", "delay"],
        rows=[["ours", "12.5"]],
    )


def test_json_is_one_line_with_figures_and_goals(report, capsys):
    assert show("a bench", report, Options(seed=7), as_json=True) == 1
    [line] = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["failed"], said["delay"], said["seed"]) == (0, 12.5, 7)
    assert said["goals"] == [
        {"figure": "failed", "value": 0, "goal": "<= 0", "holds": True},
        {"figure": "delay", "value": 12.5, "goal": "<= 10", "holds": False},
    ]
    assert said["machine"]["cores"] > 0


def test_the_table_shows_the_same(report, capsys):
    report.goals.pop()
    assert show("a bench", report, Options(), as_json=False) == 0
    said = capsys.readouterr().out
    for part in ("ours", "12.5", "cores", "django", "seed 1"):
        assert part in said


@pytest.mark.parametrize(
    ("relation", "bound", "value", "holds"),
    [("<=", 5, 5, True), ("<=", 5, 6, False), (">=", 5, 4, False), ("==", "0", "0", True)],
)
def test_a_goal_is_kept_or_not(relation, bound, value, holds):
    assert Goal("figure", relation, bound).holds(value) is holds


def test_what_could_not_be_measured_ends_with_two(monkeypatch, capsys):
    def broken(options, say):
        raise CannotMeasure("The load client is missing; install it.")

    monkeypatch.setitem(bench.BENCHES, "streaming", broken)
    with pytest.raises(SystemExit) as end:
        call_command("bench", "streaming")
    assert end.value.code == 2
    assert "install it" in capsys.readouterr().err


def test_stamps_are_read_wherever_the_pieces_are_cut():
    clock = ReplyClock()
    stamps = "".join(f"{now_ms() - age:.3f} " for age in (30, 20, 10))
    for letter in stamps:
        clock.take(letter)
    assert [round(delay, -1) for delay in clock.delays] == [30, 20, 10]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1, 100)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert percentile(range(1, 101), share) == value
    assert percentile([], share) == 0
