"""Managers keep tools on a page that refuses what could not be used, and never shows a secret."""

import json
import uuid

import pytest
from django.urls import reverse

from chatbot.models import Tool, ToolCall
from tests import factories
from tests.billing.spending import signed_in
from tests.chatbot.admin_forms import filled, saved
from tests.tools.shop import SCHEMA, make_cancelling, make_tool

pytestmark = pytest.mark.django_db
ADD = "/admin/chatbot/tool/add/"
GOOD = {
    "name": "order_status",
    "label": "Order status",
    "description": "Looks up an order.",
    "parameters": json.dumps(SCHEMA),
    "url": "https://shop.example/orders/{order}",
    "answer_fields": "status\nitems[].name",
    "headers": "X-Shop: acme",
    "new_credential": "Bearer s3cret",
}


def page_of(tool):
    return reverse("admin:chatbot_tool_change", args=[tool.pk])


def test_a_tool_is_kept_and_its_credential_never_shown(acme, cleo):
    client = signed_in(cleo)
    assert saved(client, ADD, **GOOD).status_code == 302
    tool = Tool.objects.get()
    assert tool.tenant == acme
    assert tool.credential.reveal().get_secret_value() == "Bearer s3cret"
    assert tool.headers == {"X-Shop": "acme"}
    assert tool.answer_fields == ["status", "items[].name"]
    page = client.get(page_of(tool)).text
    assert "s3cret" not in page
    assert "A credential is kept, encrypted." in page
    assert saved(client, page_of(tool), label="Where is it").status_code == 302
    tool.refresh_from_db()
    assert (tool.label, tool.headers) == ("Where is it", {"X-Shop": "acme"})
    assert tool.credential.reveal().get_secret_value() == "Bearer s3cret"
    saved(client, page_of(tool), no_credential="on")
    tool.refresh_from_db()
    assert tool.credential is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Order Status"}, "Small letters"),
        ({"parameters": '{"type": "array"}'}, "Begin with"),
        ({"parameters": "{"}, "Enter a valid JSON"),
        ({"url": "http://{order}.example/"}, "Host and port stand fixed"),
        ({"url": "https://shop.example/{customer}"}, "is no argument of the schema"),
        ({"url": "/demo/orders/"}, "Begin with https://"),
        ({"headers": "no header"}, "is no header"),
        ({"new_credential": "Bearer é"}, "plain letters"),
        ({"answer_fields": "a b"}, "is no field"),
        ({"visitor_parameter": "order"}, "must not be the one who says this"),
        ({"method": "DELETE"}, "ask the visitor first"),
        ({"question": "Cancel {nothing}"}, "no argument of the schema"),
        ({"seconds": "90"}, "less than or equal to 30"),
    ],
)
def test_what_could_not_be_used_is_refused_and_nothing_typed_is_lost(acme, cleo, change, said):
    response = saved(signed_in(cleo), ADD, **GOOD | change)
    assert response.status_code == 200
    assert said in response.text
    assert "Looks up an order." in response.text
    assert not Tool.objects.exists()


def test_it_is_tried_with_the_real_call_and_nothing_is_written_down(acme, cleo, shop):
    tool = make_tool(acme, shop, credential="Bearer s3cret")
    client, url = signed_in(cleo), reverse("admin:chatbot_tool_try", args=[tool.pk])
    assert "&quot;order&quot;" in client.get(url).text
    page = client.post(url, {"arguments": '{"order": "A-1001"}', "visitor": "ada"}).text
    assert shop.paths == ["/orders/A-1001"]
    assert shop.asked[0]["headers"]["authorization"] == "Bearer s3cret"
    assert "<strong>200</strong>" in page
    assert "shipped" in page
    assert "s3cret" not in page
    wrong = client.post(url, {"arguments": '{"order": "x"}', "visitor": "ada"}).text
    assert "does not match" in wrong
    assert len(shop.asked) == 1
    assert not ToolCall.objects.exists()


def test_what_changes_something_is_sent_only_where_that_is_said(acme, cleo, shop):
    tool = make_cancelling(acme, shop)
    client, url = signed_in(cleo), reverse("admin:chatbot_tool_try", args=[tool.pk])
    given = {"arguments": '{"order": "A-1001"}', "visitor": "ada"}
    assert "Nothing was sent." in client.post(url, given).text
    assert not shop.asked
    client.post(url, given | {"really": "on"})
    assert len(shop.asked) == 1


def test_the_transcript_shows_every_call_and_staff_see_no_money(acme, ben):
    generation = factories.answered(factories.make_conversation(acme))
    ToolCall.objects.create(
        id=uuid.UUID(int=1),
        tenant=acme,
        generation=generation,
        tool=make_tool(acme),
        name="order_status",
        arguments='{"order": "A-1001"}',
        state=ToolCall.State.DONE,
        status=200,
        duration_ms=41,
        answer='{"ok": true}',
    )
    url = reverse("admin:conversations_conversation_change", args=[generation.conversation_id])
    page = signed_in(ben).get(url).text
    for shown in ("Order status", "41 ms", "A-1001", "&quot;ok&quot;: true"):
        assert shown in page


def test_the_only_tenant_is_chosen_already(acme, cleo):
    assert filled(signed_in(cleo), ADD)["tenant"] == acme.pk
