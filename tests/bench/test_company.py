"""A bench does not share the machine with a product that still runs from this folder."""

import subprocess
import sys

import pytest

from chatbot.bench.company import refuse_company
from chatbot.bench.frame import CannotMeasure
from chatbot.boot.paths import ROOT


def test_a_leftover_is_named_and_refused():
    sleep = "import sys; sys.stdin.read()"
    leftover = subprocess.Popen(
        [sys.executable, "-c", sleep, "chatbot.bench.designs"], cwd=ROOT, stdin=subprocess.PIPE
    )
    try:
        with pytest.raises(CannotMeasure, match=rf"end processes.*\b{leftover.pid}\b"):
            refuse_company()
    finally:
        leftover.communicate()
