"""Keep what was sent to a model without storing a conversation again with every turn.

A kept request is the body as it left, but for its messages: one that repeats
what was said, a summary or the system message names that row instead. What
the guardrails changed, and passages, which may be replaced any day, are kept
as they were. `found` says which passages went out, and how well each fitted.
"""

import functools
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from billing.models import Attempt
from chatbot.engine.prompting import BuiltPrompt
from chatbot.engine.scaffold import summary_text
from chatbot.models import PromptText, Summary
from conversations.models import Message

GONE = "[no longer kept]"
STORE = """
INSERT INTO chatbot_prompttext (tenant_id, digest, text) VALUES (%s, %s, %s)
    ON CONFLICT (tenant_id, digest) DO NOTHING
"""

# Those that this process has seen stored, so that a turn asks nothing for it.
_stored: set[tuple[int, str]] = set()
MOST_KNOWN = 10_000


def keep(tenant_id: int, request: dict[str, Any], built: BuiltPrompt) -> dict[str, Any]:
    """The request as it is kept; `rebuilt` makes the very body of it again."""
    kept = with_found(request, built)
    sent, meant = request.get("messages"), built.prompt.messages
    if not sent or not built.origins:
        return kept
    messages = []
    for place, message in enumerate(sent):
        origin = built.origins[place] if place < len(built.origins) else None
        if origin and message is meant[place]:
            message = {"role": message["role"], **origin}
        elif place == 0 and message is meant[0] and message["role"] == "system":
            digest = _store(tenant_id, message["content"])
            message = {"role": "system", "text": digest}
        messages.append(message)
    return kept | {"messages": messages}


def with_found(request: dict[str, Any], built: BuiltPrompt) -> dict[str, Any]:
    """The request, with what was found for it."""
    if not built.passages:
        return request
    found = [
        {
            "mark": mark,
            "passage": one.id,
            "document": one.document,
            "title": one.title,
            "heading": one.heading,
            "url": one.place,
            "score": round(one.score, 4),
            "fit": round(one.fit, 4),
            "likeness": round(one.likeness, 4),
        }
        for mark, one in enumerate(built.passages, start=1)
    ]
    return request | {"found": found}


def without_words(request: dict[str, Any]) -> dict[str, Any]:
    """The request as it is kept where no conversation could claim its words to take them back."""
    return {name: value for name, value in request.items() if name not in ("messages", "tools")}


def rebuilt(attempts: Iterable[Attempt]) -> dict[UUID, dict[str, Any]]:
    """The body of each call, as it left; three queries at most, however many there are.

    What somebody has erased since is missing from it, and says so.
    """
    kept = {one.pk: one.request for one in attempts}
    tenants = {one.pk: one.tenant_id for one in attempts}
    named: dict[str, set[Any]] = {"said": set(), "summary": set(), "text": set()}
    for request in kept.values():
        for message in _messages(request):
            for kind, some in named.items():
                some |= {message[kind]} if kind in message else set()
    known: dict[str, dict[Any, str]] = {
        "said": dict(Message.objects.filter(pk__in=named["said"]).values_list("pk", "text")),
        "summary": dict(Summary.objects.filter(pk__in=named["summary"]).values_list("pk", "text")),
        "text": {
            (tenant, digest): text
            for tenant, digest, text in PromptText.objects.filter(
                tenant__in=set(tenants.values()), digest__in=named["text"]
            ).values_list("tenant", "digest", "text")
        },
    }
    return {pk: _body(request, tenants[pk], known) for pk, request in kept.items()}


def _body(
    request: dict[str, Any], tenant: int, known: Mapping[str, Mapping[Any, str]]
) -> dict[str, Any]:
    body = {name: value for name, value in request.items() if name != "found"}
    if "messages" in body:
        body["messages"] = [_message(one, tenant, known) for one in body["messages"]]
    return body


def _message(
    message: dict[str, Any], tenant: int, known: Mapping[str, Mapping[Any, str]]
) -> dict[str, Any]:
    if "text" in message:
        content = known["text"].get((tenant, message["text"]), GONE)
    elif "said" in message or "summary" in message:
        before = ""
        if "summary" in message:
            before = summary_text(known["summary"].get(message["summary"], GONE))
        said = known["said"].get(message["said"], GONE) if "said" in message else ""
        content = before + said if said else before.strip()
    else:
        return message
    return {"role": message["role"], "content": content}


def _messages(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that stand for something else, and those that do not; none of a broken request."""
    return [one for one in request.get("messages", []) if isinstance(one, dict)]


def _store(tenant_id: int, text: str) -> str:
    digest = _digest(text)
    if (tenant_id, digest) not in _stored:
        with connection.cursor() as cursor:
            cursor.execute(STORE, [tenant_id, digest, text])
        if len(_stored) >= MOST_KNOWN:
            _stored.clear()
        _stored.add((tenant_id, digest))
    return digest


@functools.lru_cache(maxsize=256)
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
