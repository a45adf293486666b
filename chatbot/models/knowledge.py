"""What the bot may cite."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from conversations.models import TenantOwned


class Document(TenantOwned):
    """A source the bot may cite; saving it anew replaces its passages."""

    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=10, default="en")
    text = models.TextField(help_text="Markdown.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "title"], name="one_document_per_title"),
        ]

    def __str__(self) -> str:
        return self.title


class Passage(TenantOwned):
    """A piece of a document, small enough to quote, found by its `search` terms."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    search = SearchVectorField()

    class Meta:
        ordering = ["document", "number"]
        indexes = [GinIndex(fields=["search"], name="passages_search")]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_passage_per_number"),
        ]

    def __str__(self) -> str:
        return self.heading or self.text[:60]
