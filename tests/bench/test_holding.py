"""Idle sockets are held until somebody closes them, and those are counted."""

import time

from chatbot.bench.designs.running import Design
from chatbot.bench.load.run import held
from chatbot.boot.paths import ROOT


def test_a_socket_that_the_server_closes_is_counted():
    design = Design("bare", streams=0, model_url="", logs=ROOT / "var" / "stack")
    with design as bare, held([bare.address] * 3, lambda _: None) as holder:
        assert holder.ask("count") == {"open": 3, "closed": 0}
        bare.stop()
        deadline = time.monotonic() + 10
        while (counted := holder.ask("count"))["open"] and time.monotonic() < deadline:
            time.sleep(0.05)
    assert counted == {"open": 0, "closed": 3}
