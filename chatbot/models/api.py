"""Who may use the REST API, and what was answered to requests that may come again."""

import datetime
import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from conversations.models import Conversation, Tenant
from conversations.roles import Act
from conversations.tokens import hash_of

PREFIX = "cf_"
BEGINS_CHARACTERS = 8
KEPT_FOR = datetime.timedelta(days=1)


class Scope(models.TextChoices):
    """Something that a token may do; `ACTS` says what its person must be allowed for it."""

    READ = "conversations:read", "Read conversations and their messages"
    WRITE = "conversations:write", "Begin, take over, hand back and close conversations; write"
    KNOWLEDGE_READ = "knowledge:read", "Read documents and sources"
    KNOWLEDGE_WRITE = "knowledge:write", "Store and delete documents, fetch sources"
    SPEND = "spend:read", "Read spending"
    TENANTS = "tenants", "List and make tenants (the operator's tokens alone)"


ACTS = {
    Scope.READ: Act.READ,
    Scope.WRITE: Act.ANSWER,
    Scope.KNOWLEDGE_READ: Act.READ,
    Scope.KNOWLEDGE_WRITE: Act.CONFIGURE,
    Scope.SPEND: Act.SPEND,
}


def new_token() -> str:
    """A token nobody has yet."""
    return PREFIX + secrets.token_urlsafe(32)


def in_a_year() -> datetime.datetime:
    """When a token that is new today ends, unless somebody says otherwise."""
    return timezone.now() + datetime.timedelta(days=365)


class ApiToken(models.Model):
    """A program's key to the REST API, kept as a hash, so a stolen table opens nothing.

    It acts for the person who made it: what they may not do, it may not
    either, from the moment on that they may not. Without a tenant it is the
    operator's.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False
    )
    name = models.CharField(max_length=100, help_text="What it is for, like Order system.")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    begins = models.CharField("begins with", max_length=20, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("ends", default=in_a_year, null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    minute = models.DateTimeField(null=True, editable=False)
    asked = models.PositiveIntegerField(
        default=0, editable=False, help_text="Requests in that minute."
    )

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.begins}…)"

    def set_token(self, token: str) -> None:
        """The row knows this token again; the token itself is not kept."""
        self.token_hash = hash_of(token)
        self.begins = token[:BEGINS_CHARACTERS]


class KeptAnswer(models.Model):
    """What was answered under an idempotency key; for a day the same is answered again.

    Without a status its request is still being worked on. One that says
    what was said in a conversation goes with that conversation.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64, help_text="A hash of method, path and body.")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="+", editable=False
    )
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    kind = models.CharField("content type", max_length=100, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="kept_answers_age")]
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
