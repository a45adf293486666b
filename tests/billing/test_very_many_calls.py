"""With very many calls the page stays quick: what no rollup has is counted when asked for."""

import pytest

from billing.views import reading
from tests.billing.spending import PAGE, fill, money, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monkeypatch, acme):
    """So few calls as a test makes are taken for very many."""
    fill(acme)
    monkeypatch.setattr(reading, "COUNTED_AT_ONCE", 3)
    monkeypatch.setattr(reading, "COUNTED_BY_ROW", 3)


def test_money_and_conversations_are_there_and_the_rest_is_offered(many, cleo):
    page = signed_in(cleo).get(PAGE)
    table = page.context["table"]
    assert money(table.total[0]) == money(page.context["reading"].total_shown) > 0
    assert page.context["cards"][5].value == "36"
    assert {row.cells[3] for row in table.rows} == {"–"}
    assert "Count them" in page.text
    assert page.context["quality"].tables == []


def test_it_is_counted_when_asked_for(many, cleo):
    client = signed_in(cleo)
    page = client.get(PAGE + client.get(PAGE).context["table"].count_link)
    assert "Count them" not in page.text
    assert [row.cells[3] for row in page.context["table"].rows] == ["12", "12", "12"]
    assert len(page.context["quality"].tables) == 2


def test_the_cache_saves_the_same_however_it_is_counted(many, cleo):
    client = signed_in(cleo)
    quick = client.get(PAGE).context["savings"]
    whole = client.get(PAGE, {"count": "yes"}).context["savings"]
    assert quick.cache == whole.cache != ""


@pytest.mark.parametrize("by", ["hour", "persona", "conversation"])
def test_no_kind_of_row_needs_the_counting(many, cleo, by):
    page = signed_in(cleo).get(PAGE, {"by": by})
    assert page.status_code == 200
    assert "Count them" in page.text


def test_counting_takes_no_more_queries_for_more_days(many, cleo, django_assert_max_num_queries):
    client = signed_in(cleo)
    client.get(PAGE)
    with django_assert_max_num_queries(32):
        client.get(PAGE, {"period": "quarter"})
