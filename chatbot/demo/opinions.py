"""What the demo shop's visitors thought: thumbs for replies, scores for conversations."""

import datetime
import random

from conversations.models import Conversation, Message, Rating, Tenant, Thumb

MINUTE = datetime.timedelta(minutes=1)
DOWN = [Thumb.Reason.WRONG, Thumb.Reason.OFF_TOPIC, Thumb.Reason.UNCLEAR, Thumb.Reason.NONE]
# out of a hundred: most say nothing, and most who do are content
THUMBS, DOWNS, RATINGS = 30, 15, 35
SCORES = [5, 5, 5, 5, 4, 4, 4, 3, 2, 1]


def give_opinions(tenant: Tenant, chance: random.Random) -> None:
    """Some replies have a thumb and some ended conversations a score, the same each time."""
    replies = Message.objects.filter(tenant=tenant, role=Message.Role.ASSISTANT)
    thumbs = []
    for reply in replies.order_by("pk"):
        if chance.randrange(100) >= THUMBS:
            continue
        down = chance.randrange(100) < DOWNS
        thumbs.append(
            Thumb(
                tenant=tenant,
                conversation_id=reply.conversation_id,
                message=reply,
                value=Thumb.Value.DOWN if down else Thumb.Value.UP,
                reason=chance.choice(DOWN) if down else Thumb.Reason.NONE,
                at=reply.created_at,
            )
        )
    Thumb.objects.bulk_create(thumbs)
    quiet = [Conversation.State.CLOSED, Conversation.State.BOT]
    ended = Conversation.objects.filter(tenant=tenant, state__in=quiet)
    Rating.objects.bulk_create(
        Rating(tenant=tenant, conversation=talk, score=chance.choice(SCORES), at=talk.updated_at)
        for talk in ended.order_by("pk")
        if chance.randrange(100) < RATINGS
    )
