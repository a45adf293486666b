"""A collector of OpenTelemetry gets a trace of each reply, without a word of it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from billing.models import Attempt
from chatbot.engine.listening import listeners
from chatbot.health import tracing
from tests import factories
from tests.turns import FAST, turn


class Collector(BaseHTTPRequestHandler):
    """Takes spans as the protocol says and keeps them."""

    bodies: list[bytes]

    def do_POST(self):
        self.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def collector():
    """Where it listens, and what it was sent."""
    handler = type("Here", (Collector,), {"bodies": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler.bodies
    server.shutdown()
    server.server_close()


def spans_of(bodies):
    """Each span with its attributes as plain values."""
    found = []
    for body in bodies:
        sent = ExportTraceServiceRequest.FromString(body)
        for span in (s for r in sent.resource_spans for c in r.scope_spans for s in c.spans):
            values = {
                one.key: getattr(one.value, one.value.WhichOneof("value"))
                for one in span.attributes
            }
            found.append((span, values))
    return found


def test_a_reply_is_a_trace_and_its_calls_are_spans_in_it(speaking, collector):
    url, bodies = collector
    talk = factories.make_conversation(factories.make_tenant())
    speaking.ask(
        "PUT",
        "/control/behaviour",
        [FAST | {"status": 503, "times": 1}, FAST | {"text": "A planted answer."}],
    )
    told = tracing.start(url)
    try:
        generation = turn(talk, "A planted question?")
    finally:
        told.end()
    found = spans_of(bodies)
    (root,) = [one for one in found if one[0].name == "reply"]
    calls = sorted(
        (one for one in found if one[0].name == "chat demo-1"),
        key=lambda one: one[0].start_time_unix_nano,
    )
    assert len(found) == 3
    assert {one[0].trace_id for one in found} == {generation.public_id.bytes}
    assert {one[0].parent_span_id for one in calls} == {root[0].span_id}
    assert root[0].parent_span_id == b""
    failed, answered = (values for _, values in calls)
    attempts = Attempt.objects.order_by("opened_at").values_list("pk", flat=True)
    assert [one["counterfoil.attempt.id"] for one in (failed, answered)] == [*map(str, attempts)]
    assert failed["error.type"] == "server_is_overloaded"
    assert answered["gen_ai.operation.name"] == "chat"
    assert answered["gen_ai.request.model"] == "demo-1"
    assert answered["gen_ai.conversation.id"] == str(talk.pk)
    entry = generation.ledger_entries.order_by("pk").last()
    assert answered["gen_ai.usage.input_tokens"] == entry.input_tokens
    assert answered["gen_ai.usage.output_tokens"] == entry.output_tokens
    assert b"planted" not in b"".join(bodies)


def test_nobody_listens_where_no_collector_is_named(settings):
    assert settings.TRACES_ENDPOINT == ""
    assert (listeners.calls, listeners.replies) == ([], [])


def test_a_listener_that_fails_takes_no_reply_away(speaking, monkeypatch):
    def broken(*_):
        raise RuntimeError("collector")

    monkeypatch.setattr(listeners, "calls", [broken])
    monkeypatch.setattr(listeners, "replies", [broken])
    talk = factories.make_conversation(factories.make_tenant())
    assert turn(talk, "How are you?").state == "done"
