"""The load is what was asked for, and refused where the machine cannot hold it."""

import resource

import pytest

from chatbot.bench.frame import CannotMeasure, Options
from chatbot.bench.load.plan import Plan, raise_file_limit


def test_nothing_asked_for_is_the_whole_load():
    plan = Plan.of(Options())
    assert (plan.sockets, plan.streams, plan.minutes, plan.stuck) == (5000, 200, 10, 100)


def test_quick_is_a_small_one():
    plan = Plan.of(Options(quick=True))
    assert (plan.sockets, plan.streams, plan.minutes) == (300, 20, 0.3)


def test_what_was_asked_for_counts_even_when_quick():
    plan = Plan.of(Options(quick=True, sockets=40, streams=2, minutes=0.1))
    assert (plan.sockets, plan.streams, plan.minutes) == (40, 2, 0.1)


@pytest.fixture
def limits():
    """The limits of open files are put back afterwards."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_more_files_than_allowed_are_refused_with_what_to_do(limits):
    _, hard = limits
    if hard == resource.RLIM_INFINITY:
        pytest.skip("this machine has no limit")
    with pytest.raises(CannotMeasure, match=r"ulimit -n \d+.*fewer --sockets"):
        raise_file_limit(Plan.of(Options(sockets=hard)))


def test_a_low_soft_limit_is_raised(limits):
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    raise_file_limit(Plan.of(Options(sockets=500)))
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 500
