"""Each row of the report leads to exactly the conversations that it counts."""

import pytest
from django.urls import reverse

from billing.models import LedgerEntry
from tests import factories
from tests.billing.spending import PAGE, fill, signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("admin:conversations_conversation_changelist")


def counted(row) -> int:
    """The conversations that a row says it is about."""
    return int(row.cells[3])


@pytest.mark.parametrize("by", ["model", "persona", "purpose", "hour", "tenant"])
def test_the_list_behind_a_row_is_as_long_as_the_row_says(acme, globex, by):
    fill(acme, days=3)
    fill(globex, days=2)
    client = signed_in(factories.make_user("root", is_superuser=True))
    rows = client.get(PAGE, {"by": by}).context["table"].rows
    assert rows
    for row in rows:
        listed = client.get(row.link).context["cl"].result_list
        assert len(listed) == counted(row) > 0


def test_filters_of_the_page_hold_for_the_list(acme, cleo):
    fill(acme, days=3)
    model = f"{acme.slug}-gpt-x"
    page = signed_in(cleo).get(PAGE, {"model": model, "by": "purpose"})
    (row,) = page.context["table"].rows
    listed = signed_in(cleo).get(row.link)
    assert len(listed.context["cl"].result_list) == counted(row)
    assert model in listed.text
    assert "Show all conversations" in listed.text


def test_a_dear_conversation_leads_to_its_transcript(acme, cleo):
    fill(acme, days=1)
    row = signed_in(cleo).get(PAGE, {"by": "conversation"}).context["table"].rows[0]
    dearest = LedgerEntry.objects.order_by("-amount").first()
    assert row.link.endswith(f"/{dearest.generation.conversation_id}/change/")
    assert signed_in(cleo).get(row.link).status_code == 200


def test_a_wrong_day_is_taken_for_no_filter_and_told(cleo):
    response = signed_in(cleo).get(LIST, {"call_from": "soon"})
    assert response.status_code == 302
    assert response.url.endswith("?e=1")


def test_the_list_shows_nothing_of_another_tenant(acme, mallory):
    fill(acme, days=1)
    listed = signed_in(mallory).get(LIST, {"call_purpose": "reply"}).context["cl"].result_list
    assert len(listed) == 0
