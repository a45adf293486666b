"""The designs that the product is compared with are real programs that answer in full."""

import asyncio

import pytest

from chatbot.bench.designs.running import DESIGNS, Design
from chatbot.bench.visitors import PlainVisitor
from chatbot.boot.paths import ROOT

TOKENS = 5


async def hear(address, questions):
    """The clocks of so many questions asked one after the other at one socket."""
    visitor = await PlainVisitor.open(address)
    clocks = [await visitor.ask(number) for number in range(questions)]
    await visitor.close()
    return clocks


@pytest.mark.parametrize("name", DESIGNS)
def test_every_token_of_every_reply_arrives(live, name):
    live.behave([{"match": "*", "tokens": TOKENS, "stamp": True, "first_token_ms": 0}])
    logs = ROOT / "var" / "stack"
    with Design(name, streams=2, model_url=live.model_base_url, logs=logs) as design:
        clocks = asyncio.run(hear(design.address, questions=2))
        assert design.cpu_seconds() > 0
    assert [(clock.broken, len(clock.delays)) for clock in clocks] == [("", TOKENS)] * 2
