"""Who answers: the bot, a person, or a person who is awaited."""

from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from conversations.models import Conversation, Event, Message
from conversations.services import answer_mails, events
from conversations.services.event_data import name_of, turned
from conversations.services.messages import post_staff_message, said_before
from conversations.services.replies import stop_all

State = Conversation.State


class AlreadySo(Exception):
    """Nothing to change; undoes the number that was taken."""


def ask_for_person(conversation: Conversation, by: Literal["visitor", "bot"] = "visitor") -> int:
    """The visitor waits for a person; returns the number of the conversation's newest event.

    The log says whose wish it was. What the bot is writing it still writes;
    to what comes after it is silent. Asking again, or where a person answers
    already, changes nothing.
    """
    try:
        with transaction.atomic():
            place = events.next_place(conversation.pk)
            if place.state != State.BOT:
                raise AlreadySo
            _set_state(place, State.WAITING)
            events.append(place, Event.Kind.PERSON_ASKED, turned(place.at, by=by))
            return place.seq
    except AlreadySo:
        conversation.refresh_from_db(fields=["last_seq"])
        return conversation.last_seq


def staff_says(
    conversation: Conversation, author: Any, text: str, client_id: UUID | None = None
) -> Message:
    """A person's message is posted, and from its place on that person answers, not the bot.

    The first one says in the log who joined, and stops what the bot is
    writing. Posting the same `client_id` again returns the first message.
    """
    try:
        with transaction.atomic():
            return _staff_says(conversation, author, text, client_id)
    except AlreadySo:
        return conversation.messages.get(client_id=client_id)


def _staff_says(
    conversation: Conversation, author: Any, text: str, client_id: UUID | None
) -> Message:
    place = events.next_place(conversation.pk)
    if client_id and said_before(place, client_id):
        raise AlreadySo
    if place.state != State.STAFF:
        _set_state(place, State.STAFF)
        joined = turned(place.at, name=name_of(author))
        events.append(place, Event.Kind.PERSON_JOINED, joined)
        stop_all(place)
        place = events.next_place(conversation.pk)
    message = post_staff_message(place, author, text, client_id)
    answer_mails.owe(message)
    return message


def hand_back(conversation: Conversation) -> None:
    """The bot answers what comes from now on; nothing changes where it does already."""
    try:
        with transaction.atomic():
            place = events.next_place(conversation.pk)
            if place.state not in (State.WAITING, State.STAFF):
                raise AlreadySo
            _set_state(place, State.BOT)
            events.append(place, Event.Kind.BOT_BACK, turned(place.at))
    except AlreadySo:
        pass


def _set_state(place: events.Place, state: Conversation.State) -> None:
    Conversation.objects.filter(pk=place.conversation_id).update(state=state)
