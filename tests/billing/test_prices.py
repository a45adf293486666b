"""A model has the price of the moment, or is refused."""

import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from billing.errors import Unpriced
from billing.models import Price
from billing.services.prices import load_seed, price_at
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


def run(*args: str) -> str:
    out = StringIO()
    call_command("set_price", *args, stdout=out)
    return out.getvalue()


def test_a_price_holds_from_its_moment_on():
    early = factories.make_price("m")
    late = factories.make_price("m", input="9", valid_from=NOON)
    factories.make_price("other", valid_from=NOON)
    assert price_at("m", NOON - SECOND) == early
    assert price_at("m", NOON) == late


def test_a_model_without_a_price_is_refused_with_the_command_that_sets_one():
    factories.make_price("my model", valid_from=NOON)
    with pytest.raises(Unpriced, match=r"manage.py set_price 'my model' --input 0.15 --output 0.6"):
        price_at("my model", NOON - SECOND)
    assert Unpriced.code == "unpriced"


def test_the_sentence_that_refuses_works_when_followed():
    run("llama3.1", "--input", "0.15", "--output", "0.60")
    price = price_at("llama3.1", datetime.datetime.now(datetime.UTC))
    assert (price.input, price.output) == (Decimal("0.15"), Decimal("0.60"))


def test_the_seed_prices_models_once():
    assert load_seed() > 10
    assert load_seed() == 0
    luna = Price.objects.get(model="gpt-6-luna", tier="standard")
    assert (luna.input, luna.cached_input, luna.output) == (
        Decimal("0.10"),
        Decimal("0.01"),
        Decimal("0.50"),
    )
    assert Price.objects.exclude(source="").count() == Price.objects.count()


def test_the_seed_leaves_a_model_alone_that_an_operator_priced():
    mine = factories.make_price("gpt-6-luna", input="0.07")
    load_seed()
    assert Price.objects.get(model="gpt-6-luna") == mine


def test_the_command_says_what_holds_now_and_what_held_before():
    factories.make_price("m", input="0.10", output="0.50")
    said = run(
        "m", "--input", "1", "--output", "2", "--cached-input", "0.1", "--from", "2026-12-01"
    )
    assert "m from 2026-12-01 00:00 UTC: input 1, cached input 0.1, output 2" in said
    assert "Until then: input 0.1, output 0.5." in said


def test_the_command_prices_a_tier_and_long_input():
    factories.make_price("m")
    said = run(
        *("m", "--tier", "flex", "--input", "1", "--output", "2"),
        *("--long-from", "272000", "--long-input", "2", "--long-output", "3"),
    )
    assert "flex: input 1, output 2; above 272,000 input tokens input 2, output 3" in said
    assert "It had no price until then." in said
    price = price_at("m", datetime.datetime.now(datetime.UTC))
    assert (price.tier, [other.tier for other in price.other_tiers]) == ("standard", ["flex"])


def test_a_second_price_for_the_same_moment_is_refused():
    run("m", "--input", "1", "--output", "2", "--from", "2026-12-01")
    with pytest.raises(CommandError, match=r"already has a price.*another moment"):
        run("m", "--input", "3", "--output", "4", "--from", "2026-12-01T00:00Z")
    assert price_at("m", datetime.datetime(2026, 12, 2, tzinfo=datetime.UTC)).input == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["--input", "-1", "--output", "1"],
        ["--input", "a lot", "--output", "1"],
        ["--input", "NaN", "--output", "1"],
        ["--input", "Infinity", "--output", "1"],
        ["--input", "0.1234567", "--output", "1"],
        ["--input", "99999999999", "--output", "1"],
        ["--input", "1"],
        ["--input", "1", "--output", "1", "--tier", "express"],
        ["--input", "1", "--output", "1", "--long-input", "2"],
        ["--input", "1", "--output", "1", "--from", "tomorrow"],
        ["--input", "1", "--output", "1", "--from", "2026-13-01"],
        ["--input", "1", "--output", "1", "--source", ""],
    ],
)
def test_wrong_figures_are_refused_and_change_nothing(wrong):
    with pytest.raises(CommandError):
        run("m", *wrong)
    assert not Price.objects.exists()
