"""A program follows a conversation of its tenant, and nobody else's, by server-sent events."""

import asyncio
import json
import uuid

import pytest
from asgiref.testing import ApplicationCommunicator

from chatbot.asgi import application
from chatbot.models import Scope
from tests import factories, protocol_document
from tests.api.programs import make_token

pytestmark = pytest.mark.django_db(transaction=True)


def streamed(conversation, token, query="until=reply"):
    """Status, content type and body of the stream, until the server ends it."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/api/v1/conversations/{conversation}/stream",
        "query_string": query.encode(),
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }

    async def ask():
        line = ApplicationCommunicator(application, scope)
        await line.send_input({"type": "http.request", "body": b"", "more_body": False})
        start, body = await line.receive_output(10), b""
        more = True
        while more:
            part = await line.receive_output(10)
            body, more = body + part["body"], part.get("more_body", False)
        await line.wait(10)
        return start["status"], dict(start["headers"])[b"content-type"].decode(), body.decode()

    return asyncio.run(ask())


def test_what_is_in_the_log_comes_up_to_the_end_of_a_reply(acme, cleo):
    talk = factories.make_conversation(acme)
    factories.answered(talk, "30 days.")
    status, kind, body = streamed(talk.public_id, make_token(acme, cleo, Scope.READ))
    assert (status, kind) == (200, "text/event-stream; charset=utf-8")
    frames = [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: ")]
    for frame in frames:
        protocol_document.check(frame)
    assert [one.get("kind", one["type"]) for one in frames][:2] == ["message", "reply.done"]
    assert frames[1]["data"]["text"] == "30 days."
    assert "id: 2\n" in body


def test_it_opens_for_tokens_that_read_the_conversation(acme, globex, cleo):
    mine, theirs = (factories.make_conversation(one).public_id for one in (acme, globex))
    reads = make_token(acme, cleo, Scope.READ)
    asked = {
        404: (theirs, reads, ""),
        403: (mine, make_token(acme, cleo, Scope.WRITE), ""),
        401: (mine, "cf_wrong", ""),
        422: (mine, reads, "after=x"),
    }
    for status, asking in asked.items():
        found, kind, body = streamed(*asking)
        assert (found, kind) == (status, "application/problem+json")
        assert json.loads(body)["status"] == status
    assert streamed(uuid.UUID(int=1), reads, "")[0] == 404
