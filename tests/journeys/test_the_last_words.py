"""A stream that breaks in the middle loses nothing that had come before it broke."""

import pytest

from tests.factories import make_tenant
from tests.visitor import visiting


@pytest.mark.parametrize("fault", ["cut_after_tokens", "end_early_after_tokens"])
@pytest.mark.parametrize("tokens", [2, 7, 30])
def test_every_word_before_the_break_is_kept(live, fault, tokens):
    # Faster than sockets are written to, so that the end comes while words still wait.
    live.behave([{"match": "*", "first_token_ms": 0, "token_ms": 3, "tokens": 60, fault: tokens}])
    with visiting(live, make_tenant().public_key) as visitor:
        visitor.say("Hello?")
        partial = visitor.until_type("reply.failed")["data"]["partial"]
    assert partial.split() == [f"word{number}" for number in range(1, tokens + 1)]
