"""What visitors think of a reply and of the whole exchange."""

from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.messages import Message
from conversations.models.tenants import TenantOwned

MAX_COMMENT_CHARACTERS = 1000


class Thumb(TenantOwned):
    """A visitor's thumb for a reply; the newest one counts, so there is one a message."""

    class Value(models.IntegerChoices):
        """Up or down."""

        UP = 1, "Up"
        DOWN = -1, "Down"

    class Reason(models.TextChoices):
        """Why; what the widget offers under a thumb that points down."""

        NONE = "", "No reason given"
        WRONG = "wrong", "It is wrong"
        OFF_TOPIC = "off_topic", "It does not answer the question"
        UNCLEAR = "unclear", "It is hard to understand"
        OTHER = "other", "Something else"

    message = models.OneToOneField(Message, models.CASCADE, related_name="thumb")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="thumbs")
    value = models.SmallIntegerField(choices=Value.choices)
    reason = models.CharField(
        max_length=20, choices=Reason.choices, default=Reason.NONE, blank=True
    )
    comment = models.CharField(max_length=MAX_COMMENT_CHARACTERS, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            # a tenant's thumbs of a period, and those that point down among them
            models.Index(fields=["tenant", "value", "at"], name="thumbs_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__in=[1, -1]), name="thumb_is_up_or_down"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_value_display()} for message {self.message_id}"


class Rating(TenantOwned):
    """How content a visitor is with the whole exchange, from 1 to 5; one a conversation."""

    LEAST, MOST = 1, 5

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="rating")
    score = models.PositiveSmallIntegerField()
    comment = models.CharField(max_length=MAX_COMMENT_CHARACTERS, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "at"], name="ratings_at")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__range=(1, 5)), name="rating_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} of {self.MOST} for conversation {self.conversation_id}"
