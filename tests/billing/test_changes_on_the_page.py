"""“What changed” on the page adds up as its reader would do it."""

import pytest

from tests.billing import months
from tests.billing.spending import PAGE, fill, money, signed_in

pytestmark = pytest.mark.django_db


def dollars(text: str):
    """A signed figure of the page."""
    return money(text.replace("+", "").replace("−", "-"))


def test_reasons_and_movers_add_up_to_the_shown_change(acme, cleo):
    months.tell(acme, months.make_prices(), days=70)
    changes = signed_in(cleo).get(PAGE).context["changes"]
    change = dollars(changes.change)
    assert money(changes.now) - money(changes.before) == change
    assert change
    assert sum(dollars(bar.amount) for bar in changes.bars) == change
    for mover in changes.movers:
        assert sum(map(dollars, mover.reasons)) == dollars(mover.change)
        assert money(mover.now) - money(mover.before) == dollars(mover.change)
    assert changes.headline.startswith("$")


def test_without_anything_before_there_is_nothing_to_explain(acme, cleo):
    fill(acme, days=3)
    page = signed_in(cleo).get(PAGE)
    assert page.context["changes"] is None
    assert "What changed" not in page.text


def test_a_new_price_and_a_new_persona_are_marked_on_their_days(acme, cleo):
    months.tell(acme, months.make_prices(), days=40)
    page = signed_in(cleo).get(PAGE)
    texts = [marker.text for marker in page.context["daily"].markers]
    assert "first call of Assistant v2" in texts
    assert any(text.startswith(f"{months.MODELS[0]} has a new price") for text in texts)
    marked = [column.marks for column in page.context["daily"].chart.columns if column.marks]
    assert marked == [str(marker.number) for marker in page.context["daily"].markers]
