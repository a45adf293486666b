"""The report is about what its address asks for, and its links keep it."""

from urllib.parse import parse_qs

import pytest

from tests import factories
from tests.billing.spending import FILE, PAGE, fill, rows_of, signed_in

pytestmark = pytest.mark.django_db


def test_a_model_narrows_the_page_and_the_file_alike(acme, cleo):
    fill(acme)
    client, model = signed_in(cleo), f"{acme.slug}-gpt-x"
    page = client.get(PAGE, {"model": model})
    reading = page.context["reading"]
    assert {line.model for line in reading.lines} == {model}
    assert reading.sums.calls < client.get(PAGE).context["reading"].sums.calls
    # the others can still be chosen
    assert len(reading.models) == 3
    rows = rows_of(client.get(page.context["asked"].file_link("billing:spend-csv")))
    assert {row["model"] for row in rows} == {model}
    assert sum(int(row["calls"]) for row in rows) == reading.sums.calls


def test_a_purpose_without_calls_says_so_and_leads_back(acme, cleo):
    fill(acme, days=1)
    page = signed_in(cleo).get(PAGE, {"purpose": "summary", "period": "7d"})
    assert "Nothing with this model and purpose" in page.text
    assert 'href="?period=7d"' in page.text


def test_days_of_utc_can_be_asked_for_to_match_the_provider(acme, cleo):
    acme.time_zone = "Pacific/Kiritimati"
    acme.save()
    fill(acme, days=1)
    client = signed_in(cleo)
    assert "show days of UTC" in client.get(PAGE).text
    page = client.get(PAGE, {"zone": "utc"})
    assert page.context["scope"].zone.key == "UTC"
    assert "show days of Pacific/Kiritimati" in page.text
    # the month that the limit counts is still the tenant's own
    assert page.context["reading"].month_spent == page.context["reading"].sums.amount


def test_nothing_is_compared_where_that_is_asked_for(acme, cleo):
    fill(acme)
    page = signed_in(cleo).get(PAGE, {"compare": "none"})
    assert page.context["changes"] is None
    assert "Changes are against" not in page.text
    assert {card.change for card in page.context["cards"]} == {""}


def test_links_keep_everything_that_was_asked(acme, cleo):
    fill(acme)
    asked = {"period": "7d", "compare": "none", "zone": "utc", "by": "purpose", "sort": "-calls"}
    page = signed_in(cleo).get(PAGE, asked | {"unknown": "1"})
    query = parse_qs(page.context["asked"].link(parts="persona").removeprefix("?"))
    assert query == {name: [value] for name, value in (asked | {"parts": "persona"}).items()}


@pytest.mark.parametrize("name", ["compare", "purpose", "parts", "by", "sort"])
@pytest.mark.parametrize("path", [PAGE, FILE])
def test_a_choice_that_there_is_not_is_explained(cleo, path, name):
    response = signed_in(cleo).get(path, {name: "fortnight"})
    assert response.status_code == 400
    assert "fortnight" in response.text


def test_rows_are_sorted_by_any_column_and_back(acme, cleo):
    fill(acme)
    client = signed_in(cleo)

    def names(sort: str) -> list[str]:
        return [row.name for row in client.get(PAGE, {"sort": sort}).context["table"].rows]

    assert names("name") == sorted(names("spend"))
    for column in ("name", "spend", "calls", "in", "cached", "out", "each", "p95", "errors"):
        assert len(names(column)) == 3
    assert names("-spend") == names("spend")[::-1]
    page = client.get(PAGE, {"sort": "-cached"})
    assert page.text.count('aria-sort="ascending"') == 1


def test_hours_come_as_they_go_by_unless_sorted(acme, cleo):
    fill(acme)
    rows = signed_in(cleo).get(PAGE, {"by": "hour"}).context["table"].rows
    assert [row.name for row in rows] == sorted(row.name for row in rows)


def test_tenants_are_no_rows_where_there_is_one(acme, cleo):
    fill(acme, days=1)
    page = signed_in(cleo).get(PAGE, {"by": "tenant", "parts": "tenant"})
    assert page.context["table"].by == page.context["daily"].part == "model"


def test_an_operator_may_ask_for_one_tenant(acme, globex):
    fill(acme, days=1)
    fill(globex, days=1)
    client = signed_in(factories.make_user("root", is_superuser=True))
    page = client.get(PAGE, {"tenant": globex.slug})
    assert {line.tenant_id for line in page.context["reading"].lines} == {globex.pk}
