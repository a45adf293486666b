"""Keep what visitors think: a thumb for a reply, a score for the whole exchange."""

from uuid import UUID

from django.db.models.functions import Now

from conversations.models import Conversation, Message, Rating, Thumb
from conversations.models.feedback import MAX_COMMENT_CHARACTERS
from conversations.services.refusals import Refused


def give_thumb(
    conversation: Conversation, message: UUID, value: int, *, reason: str = "", comment: str = ""
) -> Thumb:
    """The reply has this thumb, and no earlier one.

    Refused where the message is no reply of this conversation, or value or
    reason are none of `Thumb`'s.
    """
    if value not in Thumb.Value.values or isinstance(value, bool):
        raise Refused("bad_value", "A thumb is 1 for up or -1 for down.")
    if reason not in Thumb.Reason.values:
        raise Refused("bad_reason", "This is none of the reasons to choose from.")
    said_by = [Message.Role.ASSISTANT, Message.Role.STAFF]
    reply = conversation.messages.filter(public_id=message, role__in=said_by).first()
    if reply is None:
        raise Refused("no_such_reply", "There is no such answer in this conversation.")
    given = {"value": value, "reason": reason, "comment": shortened(comment), "at": Now()}
    thumb, _ = Thumb.objects.update_or_create(
        message=reply,
        defaults=given,
        create_defaults=given
        | {"tenant_id": conversation.tenant_id, "conversation_id": conversation.pk},
    )
    return thumb


def take_thumb_back(conversation: Conversation, message: UUID) -> None:
    """The reply has no thumb; nothing happens where it had none."""
    Thumb.objects.filter(conversation=conversation, message__public_id=message).delete()


def rate(conversation: Conversation, score: int, comment: str = "") -> Rating:
    """The conversation has this score from 1 to 5, and no earlier one; refused beyond those."""
    if isinstance(score, bool) or not Rating.LEAST <= score <= Rating.MOST:
        raise Refused("bad_value", f"Choose from {Rating.LEAST} to {Rating.MOST}.")
    given = {"score": score, "comment": shortened(comment), "at": Now()}
    rating, _ = Rating.objects.update_or_create(
        conversation=conversation,
        defaults=given,
        create_defaults=given | {"tenant_id": conversation.tenant_id},
    )
    return rating


def shortened(comment: str) -> str:
    """The comment as it can be stored: no NUL, no lone surrogates, at most so many characters."""
    text = comment.replace("\0", "").encode("utf-8", "replace").decode()
    return text.strip()[:MAX_COMMENT_CHARACTERS]
