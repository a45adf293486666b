"""What webhooks hear of that stands in no log: a conversation's end, and what visitors think."""

from typing import Any

from django.db.models.signals import post_save

from chatbot.hooks.collecting import tell
from chatbot.models import HookKind
from conversations.models import Conversation, Rating, Thumb
from conversations.services.closing import closed


def listen() -> None:
    """From now on it is heard; a second call changes nothing."""
    closed.connect(_closed, dispatch_uid="hooks closed")
    post_save.connect(_thumb, sender=Thumb, dispatch_uid="hooks thumb")
    post_save.connect(_rating, sender=Rating, dispatch_uid="hooks rating")


def _closed(conversation: Conversation, **_: Any) -> None:
    tell(conversation, HookKind.CLOSED, {})


def _thumb(instance: Thumb, **_: Any) -> None:
    said = {"value": instance.value, "reason": instance.reason, "comment": instance.comment}
    about = {"message": str(instance.message.public_id)}
    tell(instance.conversation, HookKind.FEEDBACK, {"kind": "thumb"} | about | said)


def _rating(instance: Rating, **_: Any) -> None:
    said = {"value": instance.score, "comment": instance.comment}
    tell(instance.conversation, HookKind.FEEDBACK, {"kind": "score"} | said)
