"""What `bench prompt` measures with is as it says."""

from decimal import Decimal

from billing.usage import Usage
from chatbot.bench.prompt.run import Way
from chatbot.bench.prompt.talk import FACTS, HELP, TURNS, questions, replies
from chatbot.engine.history import HISTORY_TOKENS
from chatbot.providers.tokens import count
from tests import factories


def test_each_fact_is_told_once_and_asked_for_when_it_has_left_the_window():
    said, answers = questions(), replies()
    texts = [text for text, _ in said]
    assert len(said) == len(answers) == TURNS
    for fact in FACTS:
        (told,) = [turn for turn, text in enumerate(texts) if fact.told in text]
        (asked,) = [turn for turn, (_, about) in enumerate(said) if about is fact]
        between = texts[told + 1 : asked] + answers[told:asked]
        assert sum(map(count, between)) > HISTORY_TOKENS
        assert not any(fact.value in text for text in between)


def test_nothing_is_asked_twice():
    assert len(set(HELP)) == len(HELP) == TURNS


def test_what_is_written_into_a_cache_is_what_it_did_not_hold_in_whole_steps(db):
    price = factories.make_price(
        "writes", input="1", cached_input="0.1", cache_write="1.25", output="5"
    )
    price.refresh_from_db()
    way = Way("with", [Usage(1000, 10), Usage(1300, 10, cached=1024)])
    plain, cached, written = 1000 + (1300 - 1280), 1024, 1280 - 1024
    assert way.money_at(price) == (
        plain + cached * Decimal("0.1") + written * Decimal("1.25") + 20 * 5
    ) / Decimal(1_000_000)
    assert (way.tokens, round(way.cached_share, 3)) == (2320, 0.445)
