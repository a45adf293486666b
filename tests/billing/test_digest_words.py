"""A digest's shown figures add up, like those of the page."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from billing.digests import MONTH, WEEK, Facts, digest_of, period_before
from billing.forecast import Forecast
from billing.money import dollars
from billing.rounding import places_for
from billing.savings import Saving, Way
from billing.selectors.spend import SpendLine, added
from tests.billing.spending import money

DAY = datetime.date(2026, 11, 24)
LAST_WEEK = period_before(WEEK, DAY)


def facts(lines=(), before=(), **more) -> Facts:
    nothing = {
        "conversations": 0,
        "conversation_amount": Decimal(0),
        "prices": {},
        "saved": [],
        "forecast": None,
        "month_limit": None,
    }
    return Facts(lines=lines, before=before, **nothing | more)


def spent(amount: str, model: str = "m", calls: int = 10, **fields) -> SpendLine:
    return SpendLine(
        day=DAY,
        tenant_id=1,
        model=model,
        purpose="reply",
        calls=calls,
        amount=Decimal(amount),
        **{"input_tokens": 1000, "output_tokens": 100} | fields,
    )


def signed(text: str) -> Decimal:
    return money(text.lstrip("+").replace("−", "-"))


lines = some.lists(
    some.builds(
        SpendLine,
        day=some.just(DAY),
        tenant_id=some.just(1),
        model=some.sampled_from([f"m{n}" for n in range(14)]),
        purpose=some.just("reply"),
        calls=some.integers(1, 10**6),
        amount=some.decimals(0, 10**6, places=12),
        input_tokens=some.integers(1, 10**9),
        output_tokens=some.integers(0, 10**9),
    ),
    max_size=20,
)


@given(lines, lines)
def test_models_add_up_to_the_total_and_reasons_to_the_change(now, before):
    digest = digest_of(LAST_WEEK, facts(now, before))
    total = money(digest.figures[0].value)
    assert sum(money(row.amount) for row in digest.models) == (total if now else 0)
    assert sum(signed(reason.value) for reason in digest.reasons) == signed(digest.change)
    assert sum(int(row.calls.replace(",", "")) for row in digest.models) == added(now).calls


def test_the_headline_is_the_figure_and_how_it_changed():
    digest = digest_of(LAST_WEEK, facts([spent("12.34")], [spent("10")]))
    assert digest.headline == "$12.34 spent last week, +23 %"
    month = digest_of(period_before(MONTH, DAY), facts([spent("12.34")]))
    assert month.headline == "$12.34 spent in October, nothing before"


def test_a_deployment_of_many_models_lists_the_dearest_and_sums_up_the_rest():
    digest = digest_of(LAST_WEEK, facts([spent(str(n), f"m{n:02}") for n in range(1, 12)]))
    assert [row.name for row in digest.models][:2] == ["m11", "m10"]
    assert (len(digest.models), digest.models[-1].name) == (9, "All others")


def figures(digest) -> dict[str, tuple[str, str]]:
    return {figure.title: (figure.value, figure.note) for figure in digest.figures}


def test_the_forecast_says_its_range_and_when_the_limit_will_not_do():
    forecast = Forecast(Decimal(90), Decimal(100), Decimal(110), spent=Decimal(60))
    found = figures(
        digest_of(LAST_WEEK, facts([spent("1")], forecast=forecast, month_limit=Decimal(80)))
    )
    assert found["This month so far"] == ("$60.00", "")
    assert found["Likely at the month's end"] == (
        "$100.00",
        "between $90.00 and $110.00; more than the limit of $80.00",
    )


def test_too_little_data_makes_no_forecast():
    assert figures(digest_of(LAST_WEEK, facts([spent("1")])))["This month"][0] == "no forecast"


def test_savings_without_a_known_worth_are_left_out():
    saved = [
        Saving(Way.CACHED_INPUT, "Cached input", Decimal("1.5"), "from the cache"),
        Saving(Way.CHEAPER_MODEL, "Cheaper model", Decimal(0), "nothing"),
        Saving(Way.HISTORY, "Shortened history", None, "not recorded"),
    ]
    found = figures(digest_of(LAST_WEEK, facts([spent("1")], saved=saved)))
    assert [title for title in found if title.startswith("Saved")] == ["Saved: cached input"]


@pytest.mark.parametrize("amount", ["0", "0.000000000001", "1234567.891"])
def test_amounts_are_shown_as_the_page_shows_them(amount):
    exact = Decimal(amount)
    shown = digest_of(LAST_WEEK, facts([spent(amount)])).figures[0].value
    assert shown == dollars(round(exact, places_for(exact)))


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (WEEK, "2026-11-23", "2026-11-16", "2026-11-22"),
        (WEEK, "2026-11-29", "2026-11-16", "2026-11-22"),
        (MONTH, "2026-03-01", "2026-02-01", "2026-02-28"),
        (MONTH, "2027-01-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_the_period_before_is_whole_and_over(kind, day, first, last):
    found = period_before(kind, datetime.date.fromisoformat(day))
    assert (str(found.first), str(found.last)) == (first, last)
    assert found.before.last == found.first - datetime.timedelta(days=1)
