"""A trace of every reply for OpenTelemetry, with a span for each call; off unless it is set up.

Names are those of the semantic conventions for generative AI, read in
November 2026 from opentelemetry-semantic-conventions 0.66b2. No span holds
what somebody said. The number of a trace is the reply's own id.
"""

import datetime
import threading
from typing import Any
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace import TraceFlags as Flags

from chatbot.engine.listening import EndedCall, listeners
from chatbot.providers.servers import Kind
from conversations.models import Generation

SERVICE = "counterfoil"
PATH = "/v1/traces"
LOW_64 = (1 << 64) - 1
NAMES = {Kind.OPENAI: "openai", Kind.AZURE: "azure.ai.openai"}
COMPATIBLE = "openai_compatible"


class Tracing:
    """Turns what the engine tells into spans; they leave from a thread of their own."""

    def __init__(self, endpoint: str) -> None:
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": SERVICE}), id_generator=self._ids
        )
        exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + PATH)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(SERVICE)

    def begin(self) -> None:
        """Every call and reply that ends in this process from now on is told."""
        listeners.calls.append(self._call)
        listeners.replies.append(self._reply)

    def end(self) -> None:
        """What was told has left, and nothing more is."""
        listeners.calls.remove(self._call)
        listeners.replies.remove(self._reply)
        self._provider.shutdown()

    def _call(self, call: EndedCall) -> None:
        finished = call.finished
        if finished.sent_at is None or finished.ended_at is None:
            return
        parent = trace.set_span_in_context(NonRecordingSpan(_place_of(call.generation)))
        span = self._tracer.start_span(
            f"chat {call.attempt.model}",
            context=parent,
            kind=SpanKind.CLIENT,
            attributes=_attributes(call),
            start_time=_nanoseconds(finished.sent_at),
        )
        if finished.failure:
            span.set_attribute("error.type", finished.failure.code)
            span.set_status(Status(StatusCode.ERROR))
        span.end(_nanoseconds(finished.ended_at))

    def _reply(self, generation: Generation) -> None:
        self._ids.wanted = _place_of(generation)
        span = self._tracer.start_span(
            "reply",
            context=trace.set_span_in_context(trace.INVALID_SPAN),
            attributes={
                "gen_ai.conversation.id": str(generation.conversation_id),
                "counterfoil.reply.id": str(generation.public_id),
                "counterfoil.provider_ms": generation.provider_ms or 0,
                "counterfoil.tools_ms": generation.tools_ms or 0,
            },
            start_time=_nanoseconds(generation.queued_at),
        )
        span.end()


class _Ids(RandomIdGenerator, threading.local):
    """Those of the next span where this thread has said which it wants, else random ones."""

    wanted: SpanContext | None = None

    def generate_trace_id(self) -> int:
        return self.wanted.trace_id if self.wanted else super().generate_trace_id()

    def generate_span_id(self) -> int:
        wanted, self.wanted = self.wanted, None
        return wanted.span_id if wanted else super().generate_span_id()


def start(endpoint: str) -> Tracing:
    """Replies of this process are told to the collector at this address."""
    tracing = Tracing(endpoint)
    tracing.begin()
    return tracing


def _place_of(generation: Generation) -> SpanContext:
    number = generation.public_id.int
    return SpanContext(number, number & LOW_64, is_remote=False, trace_flags=Flags(Flags.SAMPLED))


def _attributes(call: EndedCall) -> dict[str, Any]:
    server, finished, attempt = call.route.choice.server, call.finished, call.attempt
    found: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": NAMES.get(server.kind, COMPATIBLE),
        "gen_ai.request.model": attempt.model,
        "gen_ai.request.max_tokens": attempt.max_output_tokens,
        "gen_ai.request.stream": True,
        "gen_ai.conversation.id": str(call.generation.conversation_id),
        "counterfoil.attempt.id": str(attempt.pk),
        "counterfoil.provider.request_id": finished.request_id,
        "server.address": urlsplit(server.base_url or "https://api.openai.com").hostname or "",
    }
    if finished.finish_reason:
        found["gen_ai.response.finish_reasons"] = [finished.finish_reason]
    if finished.first_token_at and finished.sent_at:
        first = (finished.first_token_at - finished.sent_at).total_seconds()
        found["gen_ai.response.time_to_first_chunk"] = first
    if usage := finished.usage:
        found |= {
            "gen_ai.usage.input_tokens": usage.input,
            "gen_ai.usage.output_tokens": usage.output,
            "gen_ai.usage.cache_read.input_tokens": usage.cached,
            "gen_ai.usage.cache_creation.input_tokens": usage.cache_write,
            "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
        }
    return found


def _nanoseconds(at: datetime.datetime) -> int:
    return round(at.timestamp() * 1_000_000) * 1000
