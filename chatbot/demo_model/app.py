"""The ASGI application: who may ask, what was asked, and what is logged of it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import orjson

from chatbot.demo_model.behaviour import Behaviour, read_fault
from chatbot.demo_model.control import Control
from chatbot.demo_model.costs import costs_page
from chatbot.demo_model.delivery import Delivery
from chatbot.demo_model.embeddings import DIMENSIONS, as_base64, embed
from chatbot.demo_model.exchange import ClientGone, Exchange, Receive, Scope, Send
from chatbot.demo_model.moderations import judge
from chatbot.demo_model.prompt_reading import read_prompt
from chatbot.demo_model.refusals import Refusal, parse
from chatbot.demo_model.replies import decide
from chatbot.demo_model.request_log import Record
from chatbot.demo_model.requests import (
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    ModerationRequest,
)
from chatbot.demo_model.tokens import PromptCache, encode, encode_prompt
from chatbot.demo_model.wire import Wire

CHAT_MODELS = ("demo-1", "demo-1-mini")
EMBEDDING_MODEL = "demo-embed"
MODERATION_MODEL = "demo-moderation"
OUR_MODELS = (*CHAT_MODELS, EMBEDDING_MODEL, MODERATION_MODEL)
CONTEXT_TOKENS = 128_000
BORN = 1_790_000_000  # `created` of every model: a date, the same in every answer

# What a faulty status says where the behaviour gives no words of its own.
USUAL_ERRORS = {
    401: ("invalid_request_error", "invalid_api_key"),
    403: ("invalid_request_error", "unsupported_country_region_territory"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("server_error", "server_is_overloaded"),
}


@dataclass
class DemoModel:
    """An OpenAI-compatible server; with an `api_key`, other keys are refused."""

    control: Control
    api_key: str | None = None
    cache: PromptCache = field(default_factory=PromptCache)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        exchange = Exchange(scope, receive, send)
        try:
            _read_as_azure(exchange)
            if exchange.path.startswith("/control/"):
                await self.control.answer(exchange)
            elif exchange.method == "POST" and exchange.path in POSTED:
                await self._answer_posted(exchange)
            elif exchange.method == "GET" and exchange.path.startswith("/v1/models"):
                await self._answer_models(exchange)
            elif exchange.method == "GET" and exchange.path == "/v1/organization/costs":
                self._authenticate(exchange)
                await exchange.json(costs_page(self.control.log.lines(), exchange.queries()))
            else:
                raise Refusal(404, f"Invalid URL ({exchange.method} {exchange.path})")
        except Refusal as refusal:
            await exchange.json(refusal.body(), refusal.status, refusal.headers)
        except ClientGone:
            pass

    async def _answer_models(self, exchange: Exchange) -> None:
        self._authenticate(exchange)
        wanted = exchange.path.removeprefix("/v1/models").lstrip("/")
        listed = [
            {"id": name, "object": "model", "created": BORN, "owned_by": "demo"}
            for name in dict.fromkeys((*OUR_MODELS, *self.control.also_models))
        ]
        if wanted:
            self._require_model(wanted, OUR_MODELS)
            await exchange.json(next(one for one in listed if one["id"] == wanted))
        else:
            await exchange.json({"object": "list", "data": listed})

    async def _answer_posted(self, exchange: Exchange) -> None:
        """Answer and log one request; the log line is written whatever happens."""
        endpoint = exchange.path.removeprefix("/v1/").replace("/", ".")
        record = Record(endpoint, exchange.request_id, exchange.header("x-attempt-id"))
        try:
            self._authenticate(exchange)
            body = await exchange.body()
            self.control.remember(record.attempt, body)
            await POSTED[exchange.path](self, exchange, record, body)
        except Refusal as refusal:
            record.status, record.code = refusal.status, refusal.code
            raise
        except ClientGone:
            if record.outcome != "stalled":
                record.outcome = "client_gone"
            raise
        except asyncio.CancelledError:  # the server is being stopped
            record.outcome = "cut"
            raise
        finally:
            self.control.log.write(record, exchange.started)

    def _authenticate(self, exchange: Exchange) -> None:
        bearer = (exchange.header("authorization") or "").removeprefix("Bearer ").strip()
        if self.api_key and self.api_key not in (bearer, exchange.header("api-key")):
            raise Refusal(
                401,
                "Incorrect API key provided.",
                code="invalid_api_key",
                type="invalid_request_error",
            )

    def _require_model(self, model: str, ours: tuple[str, ...]) -> None:
        if model not in ours and model not in self.control.also_models:
            raise Refusal(
                404,
                f"The model `{model}` does not exist or you do not have access to it.",
                param="model",
                code="model_not_found",
            )

    async def _behave(self, exchange: Exchange, record: Record, question: str) -> Behaviour:
        """The request's behaviour, once what it says to do before an answer is done."""
        told = exchange.header("x-demo-fault") or exchange.query("fault")
        behaviour = (
            read_fault(told) if told else self.control.rulebook.choose(record.endpoint, question)
        )
        record.fault = behaviour.fault()
        if behaviour.stall_before_headers:
            record.outcome = "stalled"
            await exchange.wait_gone(
                None if behaviour.stall_ms is None else behaviour.stall_ms / 1000
            )
            if exchange.gone.is_set():
                raise ClientGone
        if behaviour.status is not None:
            raise _asked_for(behaviour, behaviour.status)
        return behaviour

    async def _complete(self, exchange: Exchange, record: Record, body: bytes) -> None:
        chat = record.endpoint == "chat.completions"
        request = parse(ChatRequest, body) if chat else parse(CompletionRequest, body)
        record.model, record.stream = request.model, bool(request.stream)
        prompt = request.prompt()
        reading = read_prompt(prompt)
        behaviour = await self._behave(exchange, record, reading.question)
        self._require_model(request.model, CHAT_MODELS)
        if rules := self.control.rules.get(request.model):
            rules.check(record.endpoint, orjson.loads(body))
        ids = encode_prompt(prompt) if chat else encode(prompt[0][1])
        ids = encode(request.extra()) + ids
        _require_fit(len(ids))
        record.prompt_tokens = len(ids)
        record.cached_tokens = self.cache.cached_tokens(
            request.model, request.prompt_cache_key or "", ids
        )
        wire = Wire(request.model, chat=chat, with_usage=request.wants_usage())
        delivery = Delivery(exchange, record, decide(request, reading, behaviour), wire, behaviour)
        if request.stream:
            await delivery.stream(with_usage=request.wants_usage())
        else:
            await delivery.whole()

    async def _embed(self, exchange: Exchange, record: Record, body: bytes) -> None:
        request = parse(EmbeddingRequest, body)
        record.model = request.model
        texts = request.texts()
        await self._behave(exchange, record, texts[0])
        self._require_model(request.model, (EMBEDDING_MODEL,))
        vectors = [embed(text, request.dimensions or DIMENSIONS) for text in texts]
        as_text = request.encoding_format == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": as_base64(vector) if as_text else vector,
            }
            for index, vector in enumerate(vectors)
        ]
        used = record.prompt_tokens = sum(len(encode(text)) for text in texts)
        usage = {"prompt_tokens": used, "total_tokens": used}
        answer = {"object": "list", "data": data, "model": request.model, "usage": usage}
        await _send_whole(exchange, record, answer, bills=True)

    async def _moderate(self, exchange: Exchange, record: Record, body: bytes) -> None:
        request = parse(ModerationRequest, body)
        record.model = request.model
        texts = request.texts()
        await self._behave(exchange, record, "\n".join(texts))
        self._require_model(request.model, (MODERATION_MODEL,))
        answer = {
            "id": "modr-" + exchange.request_id.removeprefix("req_"),
            "model": request.model,
            "results": [judge(text) for text in texts],
        }
        await _send_whole(exchange, record, answer, bills=False)


POSTED = {
    "/v1/chat/completions": DemoModel._complete,
    "/v1/completions": DemoModel._complete,
    "/v1/embeddings": DemoModel._embed,
    "/v1/moderations": DemoModel._moderate,
}


def _read_as_azure(exchange: Exchange) -> None:
    """A path of Azure's, with its deployment, is the path of OpenAI's that it stands for."""
    parts = exchange.path.split("/", 4)
    if parts[1:3] == ["openai", "deployments"] and len(parts) == 5:
        if not exchange.query("api-version"):
            raise Refusal(404, "Resource not found", code="404")
        exchange.path = f"/v1/{parts[4]}"


async def _send_whole(
    exchange: Exchange, record: Record, answer: dict[str, Any], *, bills: bool
) -> None:
    record.status = 200
    took = f"{(time.monotonic() - exchange.started) * 1000:.0f}"
    if not await exchange.json(answer, headers={"openai-processing-ms": took}):
        raise ClientGone
    record.usage_delivered, record.outcome = bills, "ok"


def _require_fit(prompt_tokens: int) -> None:
    if prompt_tokens > CONTEXT_TOKENS:
        raise Refusal(
            400,
            f"This model's maximum context length is {CONTEXT_TOKENS} tokens. "
            f"However, your messages resulted in {prompt_tokens} tokens. "
            "Please reduce the length of the messages.",
            param="messages",
            code="context_length_exceeded",
        )


def _asked_for(behaviour: Behaviour, status: int) -> Refusal:
    usual_type, usual_code = USUAL_ERRORS.get(
        status, ("server_error" if status >= 500 else "invalid_request_error", None)
    )
    waits = behaviour.retry_after
    return Refusal(
        status,
        behaviour.message or f"The demo model was told to answer with {status}.",
        type=behaviour.type or usual_type,
        code=behaviour.code or usual_code,
        headers={} if waits is None else {"retry-after": f"{waits:g}"},
    )
