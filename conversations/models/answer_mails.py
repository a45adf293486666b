"""What a person of staff said to a visitor who had left an address and gone."""

from django.db import models

from conversations.models.messages import Message
from conversations.models.tenants import TenantOwned


class AnswerMail(TenantOwned):
    """A message that is mailed once it is due, unless the visitor is there to read it.

    `due_at` is None once nothing more is to be done; `sent_at` says that it left.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="answer_mail")
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # what is to be done, which is little
            models.Index(
                fields=["due_at"], name="answer_mails_due", condition=models.Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Mail about message {self.message_id}"
