"""Renew and end a generation, each only under the claim that is valid now.

Time is the database's: a worker whose clock is wrong neither steals a
lease nor keeps one.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F
from django.db.models.functions import Now

from conversations.models import Event, Generation, Message
from conversations.services import events
from conversations.services.event_data import reply_done, reply_failed, reply_stopped
from conversations.services.events import Place
from conversations.services.messages import spoken
from conversations.services.refusals import Refused

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
    suggestions: list[str] = field(default_factory=list)


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


def finish(
    generation: Generation, reply: Reply, *, stored_with: Sequence[models.Model] = ()
) -> Message:
    """The reply is stored as a message and the log says so; `ClaimLost` where it is not ours.

    `stored_with` are new rows that the same statement stores. Call it
    inside the transaction that settles the money.
    """
    with transaction.atomic(savepoint=False):
        place = _place_for(generation)
        message = _spoken(place, generation, reply.text, reply.citations)
        data = reply_done(generation, message, finish_reason=reply.finish_reason, demo=reply.demo)
        if reply.suggestions:
            data["suggestions"] = reply.suggestions
        events.append(
            place, Event.Kind.REPLY_DONE, data, generation, stored_with=[message, *stored_with]
        )
        _end(
            generation,
            State.DONE,
            reply=message,
            text=reply.text,
            finish_reason=reply.finish_reason,
            first_token_at=reply.first_token_at,
        )
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
    with transaction.atomic(savepoint=False):
        place = _place_for(generation)
        data = reply_failed(generation, code=code, text=text, partial=partial, at=place.at)
        events.append(place, Event.Kind.REPLY_FAILED, data, generation)
        _end(
            generation,
            State.FAILED,
            text=partial,
            failure=code,
            failure_detail=detail,
            first_token_at=first_token_at,
        )


def _place_for(generation: Generation) -> Place:
    """The next number of its conversation; `ClaimLost` where that was erased meanwhile."""
    try:
        return events.next_place(generation.conversation_id)
    except Refused as gone:
        raise ClaimLost(f"generation {generation.pk}: {gone}") from None


def stop(
    place: Place, generation: Generation, text: str, by: Generation.StoppedBy, *, demo: bool
) -> None:
    """The open generation is stopped, and what it had written, if anything, is a message.

    Its claim goes up: whoever writes it notices with the next renewal and
    can change nothing meanwhile. The caller has taken `place`, which locks
    the conversation. `text` is what sockets were sent last.
    """
    text = max(generation.text, text, key=len)
    message = _spoken(place, generation, text, []) if text else None
    data = reply_stopped(generation, message, demo=demo, at=place.at)
    events.append(
        place,
        Event.Kind.REPLY_STOPPED,
        data,
        generation,
        stored_with=[message] if message else [],
    )
    Generation.objects.filter(pk=generation.pk).update(
        state=State.STOPPED,
        claim=F("claim") + 1,
        reply=message,
        text=text,
        finish_reason=by,
        lease_until=None,
        finished_at=Now(),
    )


def release(generation: Generation) -> None:
    """The lease ends now: the next claim need not wait for it to run out."""
    Generation.objects.filter(pk=generation.pk, claim=generation.claim, state=State.RUNNING).update(
        lease_until=Now()
    )


def _spoken(
    place: Place, generation: Generation, text: str, citations: list[dict[str, Any]]
) -> Message:
    if generation.instead_of_id is not None:
        Message.objects.filter(generation__question=generation.question_id).update(replaced=True)
    return spoken(place, Message.Role.ASSISTANT, text, citations=citations)


def _end(
    generation: Generation,
    state: Generation.State,
    *,
    text: str,
    first_token_at: datetime.datetime | None,
    reply: Message | None = None,
    finish_reason: str = "",
    failure: str = "",
    failure_detail: str = "",
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE conversations_generation
               SET state = %s, text = %s, first_token_at = %s, reply_id = %s, finish_reason = %s,
                   failure = %s, failure_detail = %s, arm = %s, provider_ms = %s,
                   provider_first_ms = %s, tools_ms = %s, lease_until = NULL,
                   finished_at = statement_timestamp()
             WHERE id = %s AND claim = %s AND state = 'running'
            """,
            [
                *(state, text, first_token_at, reply.pk if reply else None, finish_reason),
                *(failure, failure_detail, generation.arm, generation.provider_ms),
                *(generation.provider_first_ms, generation.tools_ms),
                *(generation.pk, generation.claim),
            ],
        )
        if not cursor.rowcount:
            raise ClaimLost(f"generation {generation.pk}, claim {generation.claim}")
