"""Who answers: the bot, a person, or a person who is awaited."""

from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction

from conversations.models import Conversation, Event, Generation, Message, Wait
from conversations.services import answer_mails, closing, events, turns, waits
from conversations.services.event_data import name_of, turned
from conversations.services.messages import post_staff_message, said_before
from conversations.services.replies import SoFar, nothing_sent, stop_all, stop_open

State = Conversation.State


AT_ONCE = 500
# Few conversations have a person at a time (an index names them), and each has few events
# since the newest of staff's.
IDLE_ONE = """
SELECT talk.id
  FROM conversations_conversation AS talk JOIN conversations_tenant AS tenant
       ON tenant.id = talk.tenant_id
 WHERE talk.state = 'staff' AND tenant.hand_back_minutes > 0
   AND statement_timestamp() - make_interval(mins => tenant.hand_back_minutes) > (
         SELECT event.created_at FROM conversations_event AS event
          WHERE event.conversation_id = talk.id
            AND (event.kind = 'person.joined'
                 OR event.kind = 'message' AND event.data ->> 'role' = 'staff')
          ORDER BY event.seq DESC LIMIT 1)
"""
IDLE = f"{IDLE_ONE} LIMIT {AT_ONCE}"


class AlreadySo(Exception):
    """Nothing to change; undoes the number that was taken."""


def ask_for_person(conversation: Conversation, by: Literal["visitor", "bot"] = "visitor") -> int:
    """The visitor waits for a person; returns the number of the conversation's newest event.

    The log says whose wish it was. What the bot is writing it still writes;
    to what comes after it is silent. Asking again, or where a person answers
    already, changes nothing; a closed conversation is open again, unless the
    visitor has begun another.
    """
    try:
        with transaction.atomic():
            place = events.next_place(conversation.pk)
            closed = place.state == State.CLOSED
            if not (closing.reopened(conversation.pk) if closed else place.state == State.BOT):
                raise AlreadySo
            _set_state(place, State.WAITING)
            events.append(place, Event.Kind.PERSON_ASKED, turned(place.at, by=by))
            waits.begin(place.conversation_id, place.tenant_id, place.at)
            return place.seq
    except AlreadySo:
        conversation.refresh_from_db(fields=["last_seq"])
        return conversation.last_seq


def take_over(
    conversation: Conversation, author: Any, cut: Callable[[Generation], SoFar] = nothing_sent
) -> int:
    """A person answers from here on; returns the number of the conversation's newest event.

    What the bot is writing has ended before the log says who joined, with
    the text that `cut` says was sent of it. Nothing changes where a person
    answers already, or the conversation is closed.
    """
    try:
        with transaction.atomic():
            place = events.next_place(conversation.pk)
            if place.state in (State.STAFF, State.CLOSED):
                raise AlreadySo
            return _join(place, author, cut)
    except AlreadySo:
        conversation.refresh_from_db(fields=["last_seq"])
        return conversation.last_seq


def staff_says(
    conversation: Conversation,
    author: Any,
    text: str,
    client_id: UUID | None = None,
    cut: Callable[[Generation], SoFar] = nothing_sent,
) -> Message:
    """A person's message is posted, and from its place on that person answers, not the bot.

    The first one takes over (`take_over`). Posting the same `client_id`
    again returns the first message.
    """
    try:
        with transaction.atomic():
            return _staff_says(conversation, author, text, client_id, cut)
    except AlreadySo:
        return conversation.messages.get(client_id=client_id)


def _staff_says(
    conversation: Conversation,
    author: Any,
    text: str,
    client_id: UUID | None,
    cut: Callable[[Generation], SoFar],
) -> Message:
    place = events.next_place(conversation.pk)
    if client_id and said_before(place, client_id):
        raise AlreadySo
    if place.state != State.STAFF:
        _join(place, author, cut)
        place = events.next_place(conversation.pk)
    message = post_staff_message(place, author, text, client_id)
    waits.end(place.conversation_id, Wait.End.ANSWERED)
    answer_mails.owe(message)
    return message


def _join(place: events.Place, author: Any, cut: Callable[[Generation], SoFar]) -> int:
    """The bot's last words stand in the log before the person, whatever a socket hears first."""
    place = stop_all(place, cut)
    _set_state(place, State.STAFF)
    joined = turned(place.at, name=name_of(author))
    events.append(place, Event.Kind.PERSON_JOINED, joined)
    turns.keep_if_nobodys(place.conversation_id, place.tenant_id, author)
    return place.seq


def hand_back(conversation: Conversation) -> None:
    """The bot answers what comes from now on; nothing changes where it does already."""
    try:
        with transaction.atomic():
            place = events.next_place(conversation.pk)
            if place.state not in (State.WAITING, State.STAFF):
                raise AlreadySo
            _set_state(place, State.BOT)
            events.append(place, Event.Kind.BOT_BACK, turned(place.at))
            waits.end(place.conversation_id, Wait.End.HANDED_BACK)
    except AlreadySo:
        pass


def close(conversation: Conversation, cut: Callable[[Generation], SoFar] = nothing_sent) -> None:
    """The exchange is over: what the bot is writing has ended, and the visitor's next one is new.

    Closing again changes nothing.
    """
    with transaction.atomic():
        talk = Conversation.objects.select_for_update().get(pk=conversation.pk)
        if talk.state == State.CLOSED:
            return
        stop_open(talk, cut)
        closing.close(talk)


def hand_back_idle() -> int:
    """The bot answers again wherever staff have been idle for as long as their tenant allows.

    Idle is who has neither joined nor written since. Returns how many
    conversations that were; at most `AT_ONCE`, a second call goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute(IDLE)
        idle = [row[0] for row in cursor.fetchall()]
    return sum(_hand_back_idle(pk) for pk in idle)


def _hand_back_idle(pk: int) -> bool:
    """Looks again under the lock: somebody may have written in this very moment."""
    try:
        with transaction.atomic():
            place = events.next_place(pk)
            with connection.cursor() as cursor:
                cursor.execute(f"{IDLE_ONE} AND talk.id = %s", [pk])
                if place.state != State.STAFF or cursor.fetchone() is None:
                    raise AlreadySo
            _set_state(place, State.BOT)
            events.append(place, Event.Kind.BOT_BACK, turned(place.at, by="idle"))
            waits.end(pk, Wait.End.HANDED_BACK)
    except AlreadySo:
        return False
    return True


def _set_state(place: events.Place, state: Conversation.State) -> None:
    Conversation.objects.filter(pk=place.conversation_id).update(state=state)
