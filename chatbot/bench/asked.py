"""A question that a bench works on itself, without sockets and the queue's order."""

import uuid

from conversations.models import Generation, Tenant
from conversations.services import queue, sessions
from conversations.services.messages import post_visitor_message


def claimed_generation(tenant: Tenant, text: str = "How long do returns take?") -> Generation:
    """The generation of a new visitor's question, under this process's claim."""
    opened = sessions.open_session(tenant, None, locale="en", origin="")
    conversation = sessions.conversation_of(opened.session)
    posted = post_visitor_message(conversation, client_id=uuid.uuid4(), text=text)
    generation = queue.claim(posted.generation.pk) if posted.generation else None
    if generation is None:
        raise RuntimeError("a question was posted and could not be claimed")
    return generation
