"""`bench reports` judges how long readers wait, that sums are right, and what writers pay."""

from decimal import Decimal

from chatbot.bench.reports.reading import Waits
from chatbot.bench.reports.report import Found, Reading, report
from chatbot.bench.reports.writing import Writing


def made(tenant=8.0, page=120.0, difference=Decimal(0), ours=9000.0, deadlocks=0):
    fast, slow = Waits([4.0] * 100), Waits([200.0] * 100)
    return report(
        Found(
            rows=10_000_000,
            ledger_mb=4000,
            rollup_mb=300,
            fill_s=120,
            rebuild_s=40,
            fold_ms=150,
            reading=Reading(
                tenant=Waits([1.0] * 94 + [tenant] * 6),
                tenant_now=fast,
                talks=fast,
                talks_counted=fast,
                everybody=fast,
                ledger_tenant=slow,
                ledger_everybody=slow,
            ),
            page=Waits([page] * 20),
            page_of_all=Waits([page] * 20),
            writing=Writing(10_000.0, ours, 2000.0, deadlocks),
            difference=difference,
            days_that_differ=int(difference > 0),
        )
    )


def missed(found):
    return [goal["figure"] for goal in found.judged() if not goal["holds"]]


def test_a_good_run_keeps_every_goal():
    found = made()
    assert missed(found) == []
    assert found.figures["tenant_month_p95_ms"] == 8
    assert found.figures["ledger_tenant_month_p95_ms"] == 200
    assert found.figures["rollup_difference"] == "0"
    assert found.figures["write_ratio"] == 1.111
    assert found.figures["upsert_write_ratio"] == 5


def test_one_wait_in_sixteen_that_is_too_long_misses_the_goal():
    assert missed(made(tenant=25.1)) == ["tenant_month_p95_ms"]


def test_a_slow_page_misses_the_goal():
    assert missed(made(page=301)) == ["page_p95_ms"]


def test_the_smallest_difference_misses_the_goal():
    found = made(difference=Decimal("0.000000000001"))
    assert found.figures["rollup_difference"] == "0.000000000001"
    assert missed(found) == ["rollup_difference", "days_that_differ"]


def test_writers_that_pay_for_the_rollup_miss_the_goal():
    assert missed(made(ours=8000.0)) == ["write_ratio"]
    assert missed(made(deadlocks=1)) == ["deadlocks"]
