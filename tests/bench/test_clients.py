"""A large job is read by several load clients, and judged by what all of them saw."""

import pytest

from chatbot.bench.client import Job, Seen
from chatbot.bench.clients import clients, merged, parts
from chatbot.bench.frame import CannotMeasure


def job(way="raw_http", streams=1):
    addresses = [{"socket": f"ws://127.0.0.1/{number}"} for number in range(streams)]
    return Job(way, streams, 1, 5, 0.0, "http://127.0.0.1:9/v1", addresses)


@pytest.mark.parametrize(
    ("streams", "sizes"), [(1, [1]), (250, [250]), (251, [125, 126]), (500, [250, 250])]
)
def test_it_is_cut_in_equal_parts_that_one_process_can_read(streams, sizes):
    cut = parts(job(streams=streams))
    assert [part.streams for part in cut] == sizes
    assert [one for part in cut for one in part.addresses] == job(streams=streams).addresses


def test_percentiles_are_those_of_all_clients_together():
    one = Seen(0, [10.0] * 9, [1.0] * 90, 1000, 0.2, 0.2)
    other = Seen(2, [90.0], [5.0] * 10, 500, 0.1, 0.6)
    both = merged([one, other])
    assert (both.first_p50, both.first_p95) == (10, 90)
    assert (both.delay_p50, both.delay_p95) == (1, 5)
    assert (both.failed, both.tokens, both.took, both.busy) == (2, 100, 1500, 0.6)
    assert both.cpu_s == pytest.approx(0.3)


def test_an_unreachable_model_is_a_failed_reply_not_a_good_one():
    with clients(job()) as ready:
        outcome = ready.go()
    assert (outcome.failed, outcome.tokens) == (1, 0)


def test_a_client_that_breaks_ends_the_bench_with_a_reason():
    with pytest.raises(CannotMeasure, match="ended early"), clients(job(way="no such way")):
        pass
