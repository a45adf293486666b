"""Read what the bot suggested to staff."""

from chatbot.models import Draft
from conversations.models import Conversation


def newest_draft(conversation: Conversation) -> Draft | None:
    """The newest suggestion that nobody of staff has answered after; None without one."""
    draft = Draft.objects.filter(conversation=conversation).select_related("question").first()
    if draft is None:
        return None
    later = conversation.messages.filter(role="staff", seq__gt=draft.question.seq)
    return None if later.exists() else draft


def draft_of(conversation: Conversation, pk: int) -> Draft | None:
    """This suggestion, if it is one of the conversation's."""
    return Draft.objects.filter(conversation=conversation, pk=pk).first()
