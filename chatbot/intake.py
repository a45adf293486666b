"""The front desk: store what a visitor says and queue the turn that answers it."""

import logging
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError

from chatbot.tasks import generate_reply
from conversations.models import Conversation
from conversations.services.messages import Posted, post_visitor_message

logger = logging.getLogger(__name__)


def receive(conversation: Conversation, *, client_id: UUID, text: str) -> Posted:
    """The message is stored, and the turn that answers it is queued once that is committed.

    A broker that is away delays the answer until the next sweep, never the message.
    """
    with transaction.atomic():
        posted = post_visitor_message(conversation, client_id=client_id, text=text)
        if posted.created and posted.generation:
            generation_id = posted.generation.pk
            transaction.on_commit(lambda: _queue(generation_id))
    return posted


def _queue(generation_id: int) -> None:
    try:
        generate_reply.delay(generation_id)
    except OperationalError as error:
        logger.warning("The broker is away; generation %s waits: %s", generation_id, error)
