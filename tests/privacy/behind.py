"""A visitor's words in all that is made or noted behind a conversation."""

import orjson
from django.utils import timezone

from chatbot.inbox.filling import fill
from chatbot.models import Draft, EvaluationCase, EvaluationSet, Summary, ToolCall, Trial, TrialItem
from conversations.models import Conversation, Generation, SentFile, VisitorSession

TABLES = [
    "chatbot.Draft",
    "chatbot.EvaluationCase",
    "chatbot.InboxRow",
    "chatbot.Summary",
    "chatbot.ToolCall",
    "chatbot.TrialItem",
    "conversations.SentFile",
    "conversations.VisitorSession",
]


def note_behind(talk: Conversation, reply: Generation, secret: str) -> None:
    """The secret stands in each of `TABLES`, and in what the visitor answered to the form."""
    tenant = talk.tenant
    talk.visitor.answers = {"name": secret}
    talk.visitor.save()
    VisitorSession.objects.create(
        tenant=tenant,
        visitor=talk.visitor,
        token_hash=f"{talk.pk}",
        context={"greeted": secret},
        page=f"https://shop.example/?for={secret}",
    )
    Summary.objects.create(
        tenant=tenant, conversation=talk, until_seq=1, text=secret, begun_at=timezone.now()
    )
    ToolCall.objects.create(
        tenant=tenant,
        generation=reply,
        name="order_status",
        arguments=orjson.dumps({"to": secret}).decode(),
        answer=orjson.dumps({"name": secret}).decode(),
        state=ToolCall.State.DONE,
    )
    Draft.objects.create(
        tenant=tenant,
        conversation=talk,
        question=reply.question,
        state=Draft.State.DONE,
        text=secret,
    )
    cases = EvaluationSet.objects.create(tenant=tenant, name=f"Cases of {talk.pk}")
    EvaluationCase.objects.create(
        tenant=tenant, set=cases, question=secret, source_message=reply.question
    )
    trial = Trial.objects.create(tenant=tenant, kind=Trial.Kind.REPLAY)
    history = [{"role": "user", "content": secret}]
    TrialItem.objects.create(
        tenant=tenant, trial=trial, recorded=reply, question=secret, history=history, answer=secret
    )
    SentFile.objects.create(
        tenant=tenant,
        conversation=talk,
        client_id=talk.public_id,
        seq=1,
        name=f"{secret}.png",
        type="image/png",
        size=1,
        sha256="0" * 64,
        content=b"0",
        created_at=timezone.now(),
    )
    fill([talk.pk])
