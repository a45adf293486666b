"""A bench is told clearly what it cannot be asked for."""

import pytest
from django.core.management import CommandError, call_command

from chatbot.bench.frame import Report
from chatbot.management.commands import bench


@pytest.fixture
def asked(monkeypatch):
    """The options of every bench that ran."""
    seen = []

    def remember(options, say):
        seen.append(options)
        return Report(figures={})

    for name in ("streaming", "load"):
        monkeypatch.setitem(bench.BENCHES, name, remember)
    return seen


def run(*words):
    with pytest.raises(SystemExit) as end:
        call_command("bench", *words)
    assert end.value.code == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("streaming", "--streams", "-3"), "'-3' is not a whole number from 1"),
        (("streaming", "--streams", "0"), "'0' is not a whole number from 1"),
        (("streaming", "--repeats", "many"), "'many' is not a whole number from 1"),
        (("streaming", "--workers", "1.5"), "'1.5' is not a whole number from 1"),
        (("streaming", "--design", "gevent"), "choose from naive, in-process"),
        (("load", "--sockets", "-1"), "'-1' is not a whole number from 1"),
        (("load", "--minutes", "0"), "above 0, up to 1440"),
        (("load", "--minutes", "nan"), "above 0, up to 1440"),
        (("load", "--minutes", "soon"), "above 0, up to 1440"),
        (("speed",), "choose from"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(asked, words, why):
    with pytest.raises(CommandError) as refusal:
        call_command("bench", *words)
    assert why in str(refusal.value).replace("'naive', 'in-process'", "naive, in-process")
    assert asked == []


def test_what_was_asked_for_arrives(asked):
    run("load", "--sockets", "7", "--streams", "3", "--minutes", "0.5", "--quick")
    [options] = asked
    assert (options.sockets, options.streams, options.minutes) == (7, 3, 0.5)
    assert options.quick


def test_two_designs_may_be_compared_at_once(asked):
    run("streaming", "--design", "naive", "--design", "in-process")
    assert list(asked[0].design) == ["naive", "in-process"]


def test_no_option_outlives_its_run(asked):
    run("streaming", "--design", "naive")
    run("streaming")
    assert list(asked[1].design) == []
