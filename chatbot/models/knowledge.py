"""What the bot may cite, and where it came from."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from conversations.models import Tenant, TenantOwned


class Source(TenantOwned):
    """A page or a sitemap on the web whose text is fetched, again and again if so wished."""

    class Kind(models.TextChoices):
        """What stands at the address."""

        PAGE = "page", "A page"
        SITEMAP = "sitemap", "A sitemap: every page that it lists"

    class Every(models.IntegerChoices):
        """Hours between two looks."""

        NEVER = 0, "Only when asked"
        DAY = 24, "Every day"
        WEEK = 168, "Every week"

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.PAGE)
    url = models.CharField("address", max_length=500)
    language = models.CharField(max_length=10, default="en")
    every = models.PositiveIntegerField("fetch again", choices=Every.choices, default=Every.NEVER)
    next_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["url"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "url"], name="one_source_per_address"),
        ]
        indexes = [models.Index(fields=["next_at"], name="sources_due")]

    def __str__(self) -> str:
        return self.url


class Document(TenantOwned):
    """A source the bot may cite; saving it anew replaces its passages."""

    class Kind(models.TextChoices):
        """How it is cut."""

        ARTICLE = "article", "Article: short sections stay together"
        ANSWERS = "answers", "Questions and answers: each section stands alone"

    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=10, default="en")
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ARTICLE)
    text = models.TextField(help_text="Markdown.")
    source = models.ForeignKey(
        Source, models.SET_NULL, null=True, editable=False, related_name="documents"
    )
    fetched_hash = models.CharField(max_length=64, blank=True, editable=False)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    cut_with = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="The way its passages were cut."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "title"], name="one_document_per_title"),
        ]
        indexes = [models.Index(fields=["tenant", "url"], name="documents_by_address")]

    def __str__(self) -> str:
        return self.title


class Passage(TenantOwned):
    """A piece of a document, small enough to quote, found by its `search` terms.

    In the document's text it stands from character `begin` up to `end`.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    heading = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    begin = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    search = SearchVectorField()

    class Meta:
        ordering = ["document", "number"]
        indexes = [GinIndex(fields=["search"], name="passages_search")]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="one_passage_per_number"),
        ]

    def __str__(self) -> str:
        return self.heading or self.text[:60]


class PassageVector(TenantOwned):
    """Where a passage lies in the space of an embedding model.

    A column `code`, made by the migration, holds the vector's signs as a
    string of bits: near enough to choose the few whose vectors are compared.
    """

    passage = models.OneToOneField(Passage, models.CASCADE, primary_key=True, related_name="place")
    model = models.CharField(max_length=200)
    vector = ArrayField(models.FloatField())

    def __str__(self) -> str:
        return f"{self.passage_id} in {self.model}"


class Term(TenantOwned):
    """In how many of a tenant's passages a word stands; the empty word stands in all.

    A trigger on passages keeps it: a rare word tells more than a frequent one.
    """

    word = models.CharField(max_length=200)
    passages = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "word"], name="one_term_per_word")]

    def __str__(self) -> str:
        return f"{self.word}: {self.passages}"


class KnowledgePolicy(TenantOwned):
    """What a tenant wants done with its documents; without a row, the defaults."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="+")
    public = models.BooleanField(
        "pages for everyone",
        default=False,
        help_text="A document without an address gets a page here that anyone can open, and "
        "citations lead to it.",
    )

    class Meta:
        verbose_name_plural = "knowledge policies"

    def __str__(self) -> str:
        return f"Knowledge of {self.tenant}"
