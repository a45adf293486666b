"""A session opens for a page that may show the widget, and the answer says what it needs."""

import json

import pytest

from conversations.models import Visitor
from tests.factories import make_persona, make_price

SHOP = "https://shop.example"


@pytest.fixture
def ask(client, acme):
    """Posts to the endpoint as a page of the shop does."""
    acme.allowed_origins = [SHOP]
    acme.save()

    def ask(origin=SHOP, **body):
        body = {"key": acme.public_key, "token": None, "locale": "en"} | body
        return client.post(
            "/widget/session", json.dumps(body), "application/json", headers={"origin": origin}
        )

    return ask


def test_the_answer_has_all_that_the_widget_needs(ask, acme):
    make_price()
    make_persona(acme, greeting="Welcome!", openers=["Where is my parcel?"])
    answer = ask().json()
    assert answer["token"]
    assert answer["ticket"]
    assert answer["socket"] == "ws://testserver/ws/visitor/"
    assert answer["config"] == {
        "title": "Acme",
        "greeting": "Welcome!",
        "openers": ["Where is my parcel?"],
        "demo": True,
        "max_characters": 4000,
        "color": "#0f5f6b",
        "position": "end",
        "csat": True,
        "suggestions": True,
        "typing": True,
    }
    assert answer["visitor"] == {"identified": False, "name": "", "email": ""}


def test_the_token_brings_the_same_conversation_back(ask):
    first = ask().json()
    assert ask(token=first["token"]).json()["conversation"] == first["conversation"]
    assert ask().json()["conversation"] != first["conversation"]


def test_a_tenant_without_a_persona_can_be_talked_to(ask):
    assert ask().json()["config"]["greeting"] == ""


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "http://shop.example"])
def test_a_page_that_is_not_listed_is_told_so_and_leaves_no_trace(ask, origin):
    answer = ask(origin)
    assert answer.status_code == 403
    assert answer.json()["code"] == "origin_not_allowed"
    assert not Visitor.objects.exists()


def test_a_key_that_nobody_has_is_told_so(ask):
    answer = ask(key="pk_nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_key")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"not json", b"[]", b"null", b"{}", b'{"key": 5}', b'{"key": "pk\\u0000"}',
        b'{"key": "a", "token": 5}', b'{"key": "a", "locale": [1]}',
        b'{"key": "a", "token": "\\ud800"}', b"x" * 20_000, b"\xff\xfe",
    ],
)  # fmt: skip
def test_anything_else_is_a_bad_request(client, acme, body):
    answer = client.post(
        "/widget/session", body, "application/json", headers={"origin": "http://testserver"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("token", ["x" * 5000, "\0", "’; DROP TABLE"])
def test_a_strange_token_starts_a_new_visitor(ask, token):
    assert ask(token=token).status_code == 200


def test_the_answer_is_for_the_page_that_asked_and_for_no_cache(ask):
    answer = ask()
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert answer["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies


def test_a_browser_may_ask_beforehand(client):
    answer = client.options("/widget/session", headers={"origin": SHOP})
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Headers"] == "authorization, content-type"


def test_reading_is_refused(client):
    assert client.get("/widget/session").status_code == 405
