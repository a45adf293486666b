"""The demo shop's orders: only with the credential, only one's own, cancelled once."""

import json

import pytest

from chatbot.demo import orders
from chatbot.demo.tools import make_tools
from chatbot.tools.answers import is_field
from chatbot.tools.requests import check_address
from chatbot.tools.schemas import check_schema
from conversations.identity import verified_id
from conversations.services import sessions
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_cancelled():
    orders.forget_cancelled()
    yield
    orders.forget_cancelled()


def ask(client, path, customer="ada", method="get", **headers):
    sent = {"Authorization": orders.credential(), "X-Visitor": customer} | headers
    answer = getattr(client, method)(f"/demo/orders{path}", headers=sent)
    return answer.status_code, answer.json()


def test_a_customer_has_their_own_orders_and_no_other(client):
    _, mine = ask(client, "")
    assert [one["order"] for one in mine["orders"]] == ["A-1002", "A-1001", "A-0987"]
    assert ask(client, "/A-1001")[1]["status"] == "on its way"
    assert ask(client, "/A-1003") == (404, {"message": "You have no such order."})
    assert ask(client, "/A-1003", customer="lin")[0] == 200
    assert ask(client, "", customer="nobody") == (200, {"orders": []})


def test_without_the_credential_nothing_is_told(client):
    for path, method in (("", "get"), ("/A-1001", "get"), ("/A-1002/cancel", "post")):
        assert ask(client, path, method=method, Authorization="Bearer x")[0] == 401


def test_an_order_is_cancelled_once_under_one_key(client):
    for _ in range(2):
        status, told = ask(client, "/A-1002/cancel", method="post", **{"Idempotency-Key": "1"})
        assert (status, told["status"]) == (200, "cancelled")
    assert ask(client, "/A-1002/cancel", method="post", **{"Idempotency-Key": "2"})[0] == 409
    assert ask(client, "/A-1001/cancel", method="post", **{"Idempotency-Key": "3"})[0] == 409


def test_a_visitor_of_the_demo_shop_plays_a_customer(client):
    demo = factories.make_tenant("Demo", is_demo=True)
    opened = sessions.open_session(demo, None, locale="en", origin="")
    talk = sessions.conversation_of(opened.session)

    def sign_in(token, customer):
        body = json.dumps({"token": token, "customer": customer})
        return client.post("/demo/sign-in", body, "application/json").status_code

    assert sign_in(opened.token, "ada") == 200
    assert verified_id(talk.pk) == "ada"
    assert sign_in(opened.token, "mallory") == 404
    assert sign_in("guessed", "lin") == 404
    assert verified_id(talk.pk) == "ada"
    assert sign_in(opened.token, "") == 200
    assert verified_id(talk.pk) == ""
    other = sessions.open_session(factories.make_tenant("Acme"), None, locale="en", origin="")
    assert sign_in(other.token, "ada") == 404


def test_the_tools_of_the_demo_shop_pass_the_checks_of_the_page(acme):
    for tool in make_tools(acme):
        check_schema(tool.parameters)
        check_address(tool.url, {*tool.parameters["properties"]}, is_demo=True)
        assert all(map(is_field, tool.answer_fields))
