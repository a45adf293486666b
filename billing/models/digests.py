"""Which digests were sent."""

from django.db import models

from conversations.models import Membership


class SentDigest(models.Model):
    """A digest of one week or month to one manager; `sent_at` is None until the mail has left.

    Whoever sends it holds the row's lock meanwhile, so that two who begin
    at once do not send it twice.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    first_day = models.DateField(help_text="Of the week or month it is about.")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "kind", "first_day"], name="one_digest_per_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.first_day} to {self.membership}"
