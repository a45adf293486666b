"""`bench streaming` sets our figures against the floors, the other designs and the right goals."""

import pytest

from chatbot.bench.frame import Options
from chatbot.bench.streaming_report import report


def way(**figures):
    """One way's medians; all alike but for these."""
    usual = {
        "failed": 0, "first_p50": 200.0, "first_p95": 210.0, "delay_p50": 20.0,
        "delay_p95": 50.0, "cpu": 0.1, "share": 0.99, "busy": 0.3, "model_busy": 0.4, "load": 1.5,
    }  # fmt: skip
    return usual | figures


PARTS = {"cpu_web": 0.02, "cpu_worker": 0.03, "cpu_postgres": 0.008, "cpu_valkey": 0.002}


def made(options, ours=None, **ways):
    return report(
        {
            "raw_http": way(first_p95=201.0, delay_p95=1.0, cpu=0.01),
            "socket": way(cpu=0.06, **PARTS) | (ours or {}),
            "raw_sdk": way(first_p50=202.0),
            **{name.replace("_", "-"): figures for name, figures in ways.items()},
        },
        options,
    )


def test_our_figures_are_over_the_own_reader_and_beside_the_sdk():
    figures = made(Options(streams=200)).figures
    assert figures["first_token_added_p95_ms"] == 9
    assert figures["delay_p95_ms"] == 49
    assert figures["cpu_ratio"] == 0.6
    assert figures["first_token_over_sdk_ms"] == -2
    assert figures["first_token_p95_ratio"] == 1.045
    assert figures["cpu_parts"] == {
        "web": 0.02, "worker": 0.03, "postgres": 0.008, "valkey": 0.002,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("streams", "workers", "figures"),
    [
        (1, 1, {"failed", "first_token_over_sdk_ms"}),
        (20, 1, {"failed"}),
        (200, 1, {"failed", "first_token_added_p95_ms", "delay_p95_ms", "cpu_ratio"}),
        (500, 1, {"failed"}),
        (500, 2, {"failed", "tokens_share", "first_token_p95_ratio"}),
    ],
)
def test_the_goals_are_those_of_this_number_of_streams(streams, workers, figures):
    judged = made(Options(streams=streams, workers=workers)).judged()
    assert {goal["figure"] for goal in judged} == figures
    assert all(goal["holds"] for goal in judged)


def test_a_design_is_quoted_as_a_multiple_of_ours():
    options = Options(streams=200, design=["naive", "in-process"])
    slow = way(cpu=3.0, first_p95=2100.0, delay_p95=5000.0)
    made_of = made(options, naive=slow, in_process=way(cpu=0.09, first_p95=420.0, delay_p95=100.0))
    figures = made_of.figures
    assert figures["naive_cpu_ratio"] == 50
    assert figures["naive_first_token_ratio"] == 10
    assert figures["naive_delay_ratio"] == 100
    assert figures["in_process_cpu_ratio"] == 1.5
    assert figures["in_process_first_token_ratio"] == 2
    assert figures["in_process_delay_ratio"] == 2
    assert all(goal["holds"] for goal in made_of.judged())


def test_it_says_so_where_the_in_process_socket_is_earlier():
    options = Options(streams=20, design=["in-process"])
    notes = " ".join(made(options, in_process=way(first_p95=203.0)).notes)
    assert "The in-process socket has the earlier first token here (203 ms against 210 ms)" in notes


@pytest.mark.parametrize("busy", ["busy", "model_busy"])
def test_it_says_so_where_not_the_product_was_the_limit(busy):
    options = Options(streams=500)
    warning = "was at its own limit"
    assert warning not in " ".join(made(options).notes)
    assert warning in " ".join(made(options, ours={busy: 0.95}).notes)
