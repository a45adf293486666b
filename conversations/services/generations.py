"""Claim, renew and end a generation, each only under the claim that is valid now.

Time is the database's: a worker whose clock is wrong neither steals a
lease nor keeps one.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from conversations.models import Conversation, Event, Generation, Message
from conversations.services import events
from conversations.services.event_data import reply_done, reply_failed

LEASE = datetime.timedelta(seconds=10)
MAX_CLAIMS = 3

State = Generation.State


class ClaimLost(Exception):
    """Somebody else works on this generation now, or it has ended; nothing was written."""


@dataclass(frozen=True)
class Reply:
    """What the bot said in the end."""

    text: str
    citations: list[dict[str, Any]] = field(default_factory=list)
    finish_reason: str = "stop"
    first_token_at: datetime.datetime | None = None
    demo: bool = False


def claim(generation_id: int) -> Generation | None:
    """The generation under a new lease of ten seconds; None where there is nothing to do.

    A second delivery of the same task finds a valid lease or a final state.
    Replies of one conversation are written one at a time, in the order of
    their questions. The returned row's `text` is what an earlier claim left.
    """
    with transaction.atomic():
        generation = (
            Generation.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("tenant", "question")
            .filter(_free() & ~Exists(_ahead()), pk=generation_id)
            .first()
        )
        if generation is None:
            return None
        generation.state = State.RUNNING
        generation.claim += 1
        Generation.objects.filter(pk=generation_id).update(
            state=generation.state,
            claim=generation.claim,
            lease_until=Now() + LEASE,
            claimed_at=Now(),
            text="",
        )
    return generation


def next_in_line(conversation_id: int) -> int | None:
    """The oldest generation of the conversation that waits for a worker, or None."""
    waiting = Generation.objects.filter(conversation_id=conversation_id, state=State.QUEUED)
    return waiting.order_by("pk").values_list("pk", flat=True).first()


def _free() -> Q:
    return Q(state=State.QUEUED) | _lapsed()


def _lapsed() -> Q:
    return Q(state=State.RUNNING, lease_until__lt=Now())


def _ahead() -> QuerySet[Generation]:
    return Generation.objects.filter(
        conversation=OuterRef("conversation"),
        pk__lt=OuterRef("pk"),
        state__in=Generation.OPEN_STATES,
    )


def renew(texts: Mapping[tuple[int, int], str]) -> set[tuple[int, int]]:
    """These (generation, claim) pairs hold for ten seconds more and their text so far is saved.

    Returns the pairs that still hold; whoever is not among them has lost
    its lease and must stop. One statement however many there are.
    """
    if not texts:
        return set()
    ids, claims = zip(*texts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE conversations_generation AS generation
               SET lease_until = statement_timestamp() + make_interval(secs => %s),
                   text = fresh.text
              FROM unnest(%s::bigint[], %s::int[], %s::text[]) AS fresh(id, claim, text)
             WHERE generation.id = fresh.id AND generation.claim = fresh.claim
               AND generation.state = 'running'
            RETURNING generation.id, generation.claim
            """,
            [LEASE.total_seconds(), list(ids), list(claims), list(texts.values())],
        )
        return {(row[0], row[1]) for row in cursor.fetchall()}


def finish(generation: Generation, reply: Reply) -> Message:
    """The reply is stored as a message and the log says so; `ClaimLost` where it is not ours.

    Call it inside the transaction that settles the money.
    """
    with transaction.atomic():
        conversation = _lock(generation)
        seq = events.next_seq(conversation)
        message = Message.objects.create(
            tenant_id=generation.tenant_id,
            conversation=conversation,
            seq=seq,
            role=Message.Role.ASSISTANT,
            text=reply.text,
            citations=reply.citations,
            created_at=conversation.updated_at,
        )
        _end(
            generation,
            state=State.DONE,
            reply=message,
            text=reply.text,
            finish_reason=reply.finish_reason,
            first_token_at=reply.first_token_at,
        )
        data = reply_done(generation, message, finish_reason=reply.finish_reason, demo=reply.demo)
        events.append(conversation, seq, Event.Kind.REPLY_DONE, data, generation)
    return message


def fail(
    generation: Generation,
    *,
    code: str,
    text: str,
    detail: str = "",
    partial: str = "",
    first_token_at: datetime.datetime | None = None,
) -> None:
    """The generation has failed for good and the log tells the visitor `text`.

    What was written before is kept in `partial`; `detail` is for staff.
    `ClaimLost` where it is not ours.
    """
    with transaction.atomic():
        conversation = _lock(generation)
        seq = events.next_seq(conversation)
        _end(
            generation,
            state=State.FAILED,
            text=partial,
            failure=code,
            failure_detail=detail,
            first_token_at=first_token_at,
        )
        data = reply_failed(
            generation, code=code, text=text, partial=partial, at=conversation.updated_at
        )
        events.append(conversation, seq, Event.Kind.REPLY_FAILED, data, generation)


def note_model(generation: Generation) -> None:
    """The model and persona that this claim uses are on the row, for staff who look now."""
    Generation.objects.filter(pk=generation.pk, claim=generation.claim).update(
        model=generation.model, persona_label=generation.persona_label
    )


def overdue(queued_longer_than: datetime.timedelta) -> list[int]:
    """Generations somebody should work on: queued too long, or with a lapsed lease; oldest first.

    One that waits for an earlier reply of its conversation is not overdue.
    """
    waiting = Q(state=State.QUEUED, queued_at__lt=Now() - queued_longer_than)
    rows = Generation.objects.filter(waiting | _lapsed()).exclude(Exists(_ahead()))
    rows = rows.order_by("queued_at")
    return list(rows.values_list("pk", flat=True)[:1000])


def _lock(generation: Generation) -> Conversation:
    return Conversation.objects.select_for_update().get(pk=generation.conversation_id)


def _end(generation: Generation, **changes: Any) -> None:
    ended = Generation.objects.filter(
        pk=generation.pk, claim=generation.claim, state=State.RUNNING
    ).update(lease_until=None, finished_at=Now(), **changes)
    if not ended:
        raise ClaimLost(f"generation {generation.pk}, claim {generation.claim}")
