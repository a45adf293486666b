"""What the list of conversations is searched and filtered by."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.lookups import PostgresOperatorLookup

from conversations.models import Conversation, TenantOwned


class InboxRow(TenantOwned):
    """A conversation as the list finds it; made from the conversation, seconds later.

    `words` are those that were said, and besides them its facets: `mark:blocked`,
    `model:gpt-6-luna`, `cost:0.1`. One index finds any of them together. `as_of`
    is the conversation's `updated_at` when it was read.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="inbox"
    )
    as_of = models.DateTimeField()
    words = SearchVectorField()
    marks = ArrayField(models.CharField(max_length=40), default=list)
    slowest_ms = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="inbox_words")]

    def __str__(self) -> str:
        return f"{self.conversation_id} as of {self.as_of:%Y-%m-%d %H:%M:%S}"


class InboxMark(models.Model):
    """One row: how far the inbox is filled.

    Every conversation that was last changed before `at` has its `InboxRow`,
    and so has every one up to the id `newest`, however old it says it is.
    """

    at = models.DateTimeField()
    newest = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class SavedView(models.Model):
    """Filters of the list of conversations that a person wants again, under a name of theirs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_saved_view_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


@SearchVectorField.register_lookup
class Holds(PostgresOperatorLookup):
    """`words__holds` takes a text in PostgreSQL's own syntax of a search, as it stands."""

    lookup_name = "holds"
    postgres_operator = "@@"
    prepare_rhs = False

    def get_db_prep_lookup(
        self, value: str | int, connection: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """The text as a search: nothing is stemmed, nothing left out."""
        return "%s::tsquery", (value,)
