"""Recovery is read from what pages were told, and when."""

import pytest

from chatbot.bench.reliability import timing
from chatbot.bench.reliability.logs import ClientLog, Mark, TabLog


def mark(number, sent, acked, ended):
    return Mark(
        id=f"q{number}",
        name=f"M-1-row-{number}",
        label="row",
        tab="page",
        conversation="talk",
        sent=sent,
        acked=acked,
        ended=ended,
    )


@pytest.fixture
def client():
    marks = [mark(1, 1, 1.1, 2), mark(2, 3, 3.1, 9), mark(3, 4, 6.5, 7), mark(4, 8, 8.1, 20)]
    pages = {"page": TabLog(ready=[0.5, 6.0, 11.0], lost=[5.0, 10.5]), "other": TabLog(ready=[0.5])}
    return ClientLog(marks={one.id: one for one in marks}, tabs=pages)


def test_what_was_open_at_a_moment_settles_with_its_last_end(client):
    assert timing.settled_s(client, 5) == 4


def test_nothing_open_is_settled_at_once(client):
    assert timing.settled_s(client, 2.5) == 0


def test_what_never_ends_never_settles(client):
    client.marks["q2"].ended = None
    assert timing.settled_s(client, 5) == timing.NEVER


def test_acknowledgements_are_awaited_by_themselves(client):
    assert timing.acked_s(client, 5) == 1.5


def test_the_slowest_acknowledgement_of_a_time_counts(client):
    assert timing.ack_p95_ms(client, 2.5, 5) == 2500


def test_a_gap_lasts_until_the_page_is_up_to_date(client):
    assert timing.gaps_s(client, 4, 12) == [1.0, 0.5]


def test_a_page_that_does_not_come_back_is_seen(client):
    client.tabs["other"].lost = [5.1]
    assert timing.reconnected_s(client, 5) == timing.NEVER
    client.tabs["other"].ready.append(7.0)
    assert timing.reconnected_s(client, 5) == 2.0


def test_a_line_is_noticed_to_be_dead_when_the_last_page_knows(client):
    assert timing.noticed_s(client, 4, within=5) == 1.0
    assert timing.noticed_s(client, 4, within=0.5) == 0
