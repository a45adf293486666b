"""Close a conversation, and let those know who want to."""

from django.dispatch import Signal

from conversations.models import Conversation

# Sent in the transaction that closes it, with the `conversation`.
closed = Signal()


def close(conversation: Conversation) -> None:
    """The conversation is closed; called in a transaction that holds its row."""
    conversation.state = Conversation.State.CLOSED
    Conversation.objects.filter(pk=conversation.pk).update(state=conversation.state)
    closed.send(Conversation, conversation=conversation)
