"""Stop a reply, or have another written instead."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from conversations.models import Conversation, Event, Generation
from conversations.services import events, generations
from conversations.services.event_data import reply_again
from conversations.services.limits import refuse_too_much
from conversations.services.refusals import Refused, TooLate

StoppedBy = Generation.StoppedBy


@dataclass(frozen=True)
class SoFar:
    """The text that sockets were sent of a reply, under this claim."""

    claim: int = 0
    text: str = ""
    demo: bool = False


@dataclass(frozen=True)
class AnotherTry:
    """A generation that is written instead of another, and the number of its event."""

    generation: Generation
    seq: int
    created: bool


def open_reply(conversation: Conversation, reply: UUID) -> Generation:
    """The reply, which has not ended; `TooLate` where it has, or is none of this conversation."""
    found = _open(conversation.pk).filter(public_id=reply).first()
    if found is None:
        raise TooLate("This answer has ended already.")
    return found


@transaction.atomic
def stop_reply(
    conversation: Conversation,
    reply: UUID,
    so_far: SoFar,
    by: StoppedBy = StoppedBy.VISITOR,
) -> None:
    """The reply is stopped with what it had said; `TooLate` where it has ended already."""
    place = events.next_place(conversation.pk)
    generation = open_reply(conversation, reply)
    _stop(place, generation, so_far, by)


def nothing_sent(_: Generation) -> SoFar:
    """What is known of a reply where nobody asked Redis: nothing; Postgres has what was saved."""
    return SoFar()


def stop_all(
    place: events.Place, cut: Callable[[Generation], SoFar] = nothing_sent
) -> events.Place:
    """Every open reply makes way for a person, from this place on; returns the next one.

    `cut` says what was sent of a reply, and that nothing more will be.
    """
    for generation in _open(place.conversation_id).order_by("pk"):
        _stop(place, generation, cut(generation), StoppedBy.TAKEOVER)
        place = events.next_place(place.conversation_id)
    return place


def stop_open(conversation: Conversation, cut: Callable[[Generation], SoFar]) -> None:
    """Every open reply has ended with what `cut` says was sent; no place is taken without one."""
    for generation in _open(conversation.pk).order_by("pk"):
        place = events.next_place(conversation.pk)
        _stop(place, generation, cut(generation), StoppedBy.STAFF)


def _open(conversation_id: int) -> QuerySet[Generation]:
    return Generation.objects.filter(
        conversation_id=conversation_id, state__in=Generation.OPEN_STATES
    )


def _stop(place: events.Place, generation: Generation, so_far: SoFar, by: StoppedBy) -> None:
    text = so_far.text if so_far.claim == generation.claim else ""
    generations.stop(place, generation, text, by, demo=so_far.demo)


class _AskedBefore(Exception):
    """This reply is queued already; undoes the number that was taken for it."""


def try_again(
    conversation: Conversation, reply: UUID, new_reply: UUID, *, by_staff: bool = False
) -> AnotherTry:
    """Another reply to the same question is queued under the id `new_reply`, instead of this one.

    Asking again with the same id gives the first result. `TooLate` where
    the reply is still being written, is not the newest, or a person
    answers; a visitor is refused also beyond `limits.refuse_too_much`.
    """
    try:
        with transaction.atomic():
            return _try_again(conversation, reply, new_reply, by_staff)
    except _AskedBefore:
        first = _under_id(conversation, new_reply).get()
        seq = first.events.values_list("seq", flat=True).get(kind=Event.Kind.REPLY_AGAIN)
        return AnotherTry(first, seq, created=False)
    except IntegrityError:
        raise Refused("id_reused", "This id is taken; choose another.") from None


def _under_id(conversation: Conversation, new_reply: UUID) -> QuerySet[Generation]:
    return Generation.objects.filter(
        conversation=conversation, public_id=new_reply, instead_of__isnull=False
    )


def _try_again(
    conversation: Conversation, reply: UUID, new_reply: UUID, by_staff: bool
) -> AnotherTry:
    place = events.next_place(conversation.pk)
    if _under_id(conversation, new_reply).exists():
        raise _AskedBefore
    if place.state != Conversation.State.BOT:
        raise TooLate("A person answers here now.")
    ended = (
        Generation.objects.filter(conversation=conversation)
        .select_related("question")
        .order_by("-pk")
        .first()
    )
    if ended is None or ended.public_id != reply or ended.state in Generation.OPEN_STATES:
        raise TooLate("Only the newest answer can be tried again, once it has ended.")
    if not by_staff:
        refuse_too_much(place)
    generation = Generation(
        tenant_id=place.tenant_id,
        conversation=conversation,
        question=ended.question,
        public_id=new_reply,
        instead_of=ended,
        queued_at=place.at,
    )
    data = reply_again(generation, ended, place.at)
    events.append(place, Event.Kind.REPLY_AGAIN, data, generation, stored_with=[generation])
    return AnotherTry(generation, place.seq, created=True)
