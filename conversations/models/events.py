"""The append-only log of a conversation."""

from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.generations import Generation
from conversations.models.tenants import TenantOwned


class Event(TenantOwned):
    """One line of a conversation's log; never changed, never reused.

    Numbers start at 1 and have no gaps, which is what lets a browser ask
    for “everything after 17” and know that nothing is missing.
    """

    class Kind(models.TextChoices):
        """What happened; `chatbot/live/PROTOCOL.md` shows the data of each."""

        MESSAGE = "message", "Somebody said something"
        FILE = "file", "The visitor sent a file"
        REPLY_DONE = "reply.done", "The bot's reply is complete"
        REPLY_FAILED = "reply.failed", "The bot could not reply"
        REPLY_STOPPED = "reply.stopped", "Somebody stopped the reply"
        REPLY_AGAIN = "reply.again", "Another reply is written instead"
        PERSON_ASKED = "person.asked", "The visitor asked for a person"
        PERSON_JOINED = "person.joined", "A person answers from here on"
        BOT_BACK = "bot.back", "The bot answers again"

    # after these a reply is written no more
    ENDINGS = (Kind.REPLY_DONE, Kind.REPLY_FAILED, Kind.REPLY_STOPPED)

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="events")
    generation = models.ForeignKey(Generation, models.CASCADE, null=True, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, choices=Kind.choices)
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["conversation", "seq"]
        constraints = [
            # also the index behind “everything after 17”
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_event_per_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
