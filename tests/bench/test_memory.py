"""Memory that leaks shows as a slope; a peak or a step does not."""

import os
import subprocess
import sys

import pytest

from chatbot.bench.load.memory import MemoryWatch, Sample, rss_mb, slope_per_minute


def samples(mb):
    """A sample every second, of two parts that together hold this much."""
    return [Sample(at, {"web": one / 2, "workers": one / 2}) for at, one in enumerate(mb)]


def test_steady_growth_is_found():
    assert slope_per_minute(samples([300 + 0.05 * at for at in range(600)])) == pytest.approx(3)


def test_a_peak_that_passes_is_no_growth():
    level = [300.0] * 600
    level[100:130] = [500.0] * 30
    assert slope_per_minute(samples(level)) == 0


def test_a_wave_is_no_growth():
    level = [300.0 + at % 7 for at in range(600)]
    assert abs(slope_per_minute(samples(level))) < 0.05


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_samples_have_no_slope(number):
    assert slope_per_minute(samples([300.0] * number)) == 0


def test_a_watch_sees_processes_as_they_are():
    with MemoryWatch({"web": [os.getpid()], "workers": []}) as watch:
        now = watch.now()
    assert now.parts["web"] == pytest.approx(rss_mb(os.getpid()), rel=0.2)
    assert now.parts["workers"] == 0


def test_a_process_that_ended_holds_nothing():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert rss_mb(ended.pid) == 0
