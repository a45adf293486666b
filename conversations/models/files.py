"""What visitors send beside words."""

import uuid

from django.db import models

from conversations.models.conversations import Conversation
from conversations.models.tenants import TenantOwned


class SentFile(TenantOwned):
    """A picture or PDF that a visitor sent; `type` is what its content says it is.

    Lists leave `content` out: nothing but the file's own page needs it.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="files")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_id = models.UUIDField(editable=False)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["conversation", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "client_id"], name="one_file_per_client_id"
            ),
        ]

    def __str__(self) -> str:
        return self.name
