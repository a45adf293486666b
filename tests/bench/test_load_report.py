"""`bench load` judges what the visitors heard, from the first minute to the stuck sockets."""

from chatbot.bench.frame import Options
from chatbot.bench.load.plan import Plan
from chatbot.bench.load.report import Heard, Idle, Soak, Stuck, report

MEMORY = {"web": 200.0, "workers": 100.0}


def heard(delay=50.0, stored=20.0, failed=0):
    return Heard(10, failed, 0, [210.0] * 10, [delay] * 100, [stored] * 10, 0.2, MEMORY)


def made(closes=0, slope=0.1, stuck_delay=50.0, **slices):
    return report(
        Plan.of(Options()),
        Idle(ours_kb=28.04, bare_kb=17.2),
        Soak([heard(), heard(**slices)], slope),
        Stuck(100, 4.2, 1.5, without=heard(), heard=heard(delay=stuck_delay)),
        closes,
    )


def missed(found):
    return [goal["figure"] for goal in found.judged() if not goal["holds"]]


def test_a_good_run_keeps_every_goal():
    found = made()
    assert missed(found) == []
    assert found.figures["sockets"] == 5200
    assert found.figures["kb_per_idle_socket"] == 28
    assert found.figures["raw_kb_per_idle_socket"] == 17.2
    assert found.figures["others_p95_ratio"] == 1


def test_a_socket_that_was_closed_on_us_misses_the_goal():
    assert missed(made(closes=1)) == ["unexpected_closes"]


def test_a_reply_that_failed_in_any_minute_misses_the_goal():
    assert missed(made(failed=1)) == ["failed"]


def test_memory_that_grows_misses_the_goal():
    assert missed(made(slope=1.2)) == ["memory_slope_mb_per_minute"]


def test_questions_that_are_stored_late_miss_the_goal():
    assert missed(made(stored=250.0)) == ["send_to_stored_p95_ms"]


def test_others_who_wait_for_the_stuck_miss_the_goal():
    assert missed(made(stuck_delay=75.0)) == ["others_p95_ratio"]


def test_every_slice_has_its_row():
    rows = [row[0] for row in made().rows]
    assert rows == ["soak, 1 of 2", "soak, 2 of 2", "large replies, read", "the same, 100 stuck"]
