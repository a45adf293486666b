"""The same values in all that is made, noted and sent behind a conversation."""

import uuid
from collections.abc import Sequence

import orjson
from django.utils import timezone

from chatbot.inbox.filling import fill
from chatbot.models import Draft, EvaluationCase, EvaluationSet, Summary, ToolCall, Trial, TrialItem
from conversations.models import Conversation, Generation, SentFile
from conversations.services.sessions import note_page


def note_behind(talk: Conversation, reply: Generation, values: Sequence[str]) -> None:
    """A summary, a draft, an action, a case, a trial, a file, a form and the page have them all.

    The inbox finds the conversation by their words.
    """
    tenant, everything = talk.tenant, "; ".join(values)
    visitor = talk.visitor
    visitor.answers = {str(number): value for number, value in enumerate(values)}
    visitor.email, visitor.wants_mail = values[1], "@" in values[1]
    visitor.save()
    session = visitor.sessions.latest("last_seen_at")
    note_page(session, f"https://shop.example/?q={values[0]}", visitor.answers)
    mine = {"tenant": tenant, "conversation": talk}
    Summary.objects.create(**mine, until_seq=1, text=everything, begun_at=timezone.now())
    Draft.objects.create(
        **mine, question=reply.question, state=Draft.State.DONE, text=f"Dear {everything}"
    )
    ToolCall.objects.create(
        tenant=tenant,
        generation=reply,
        name="order_status",
        arguments=orjson.dumps({"about": list(values)}).decode(),
        answer=everything,
        state=ToolCall.State.DONE,
    )
    cases = EvaluationSet.objects.create(tenant=tenant, name=f"Cases of {talk.pk}")
    EvaluationCase.objects.create(
        tenant=tenant, set=cases, question=everything, source_message=reply.question
    )
    trial = Trial.objects.create(tenant=tenant, kind=Trial.Kind.REPLAY, state=Trial.State.ENDED)
    TrialItem.objects.create(
        tenant=tenant,
        trial=trial,
        recorded=reply,
        question=everything,
        history=[{"role": "user", "content": everything}],
        answer=everything,
        state=TrialItem.State.DONE,
    )
    for seq, value in enumerate(values):
        SentFile.objects.create(
            **mine,
            client_id=uuid.uuid4(),
            seq=seq,
            name=f"{value}.png",
            type="image/png",
            size=1,
            sha256="0" * 64,
            content=value.encode(),
            created_at=timezone.now(),
        )
    fill([talk.pk])
