"""The documents that the bot answers from."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

from chatbot.admin.library import LibraryPages
from chatbot.admin.unanswered import settled_by
from chatbot.knowledge.ingest import cut
from chatbot.knowledge.passages import plain_lines
from chatbot.knowledge.search import forget
from chatbot.models import Document, KnowledgePolicy, Passage
from conversations import access
from conversations.admin.base import ReadOnlyInline, TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.roles import Act

MOST_SHOWN = 300


class DocumentForm(forms.ModelForm):
    """The address is one that visitors can open."""

    class Meta:
        model = Document
        fields = ["tenant", "title", "url", "language", "kind", "text"]
        labels = {"url": "Address", "kind": "How it is cut"}
        help_texts = {
            "url": "Where visitors read it. Empty, and it is read on a page here, if the tenant's "
            "knowledge policy shows documents to everyone; else a citation is no link."
        }

    def clean_url(self) -> str:
        """A page on the web or of this server; no citation would link to anything else."""
        url = self.cleaned_data["url"]
        if url and not re.match(r"https?://|/(?!/)", url, re.IGNORECASE):
            raise forms.ValidationError("Begin with https://, or with / for a page of this server.")
        return url

    def clean_text(self) -> str:
        """With the line ends that passages are counted by."""
        return plain_lines(self.cleaned_data["text"])


class PassageInline(ReadOnlyInline):
    """What the bot finds of a document, to look at."""

    model = Passage
    fields = ["number", "heading", "as_written"]
    readonly_fields = fields
    hide_title = True
    verbose_name_plural = "Passages, as the bot finds them"

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @admin.display(description="text")
    def as_written(self, passage: Passage) -> SafeString:
        """With its lines."""
        return with_lines(passage.text)


@admin.register(Document)
class DocumentAdmin(LibraryPages, TenantOwnedAdmin):
    """Documents; what is saved here is what the bot finds with the next question."""

    form = DocumentForm

    list_display = ["title", "tenant", "language", "passages_found", "came_from", "updated_at"]
    list_filter = [TenantFilter, "language", "kind"]
    list_select_related = ["tenant", "source"]
    search_fields = ["title", "text"]
    search_help_text = "Words of the title or the text"
    ordering = ["title"]
    fields = ["tenant", "title", "url", "language", "kind", "text"]
    change_list_template = "admin/chatbot/document/change_list.html"

    def get_inlines(self, request: HttpRequest, obj: Document | None = None) -> Any:
        """Passages, once there is a text to cut; those of a book are too many to show."""
        few = obj is not None and obj.passages.count() <= MOST_SHOWN
        return [PassageInline] if few else []

    def get_readonly_fields(self, request: HttpRequest, obj: Document | None = None) -> list[str]:
        """A document stays with its tenant."""
        return ["tenant"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """The list does without the texts, and counts the passages."""
        rows = super().get_queryset(request)
        one = request.resolver_match and request.resolver_match.kwargs
        return rows if one else self.listed(rows)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request) | super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The text has room."""
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 24})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Document, form: forms.ModelForm, change: bool
    ) -> None:
        """The document and its passages are saved together; the admin's view is one transaction.

        A page that was opened from a question settles it.
        """
        super().save_model(request, obj, form, change)
        cut(obj)
        transaction.on_commit(lambda: forget(obj.tenant))
        settled_by(request, obj)

    @admin.display(description="passages", ordering="passages_there")
    def passages_found(self, document: Any) -> int:
        """How many there are to find."""
        return document.passages_there

    @admin.display(description="from", ordering="source__url")
    def came_from(self, document: Document) -> SafeString | str:
        """The source that it was fetched from, or its address."""
        if document.source is None:
            return document.url or "Written here"
        page = reverse("admin:chatbot_source_change", args=[document.source_id])
        return format_html('<a href="{}">{}</a>', page, document.url or document.source.url)


@admin.register(KnowledgePolicy)
class KnowledgePolicyAdmin(TenantOwnedAdmin):
    """What a tenant wants done with its documents; its managers say."""

    role_to_view = Act.CONFIGURE
    list_display = ["tenant", "public"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]
    fields = ["tenant", "public"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Whether documents that were uploaded or written here get a page that everyone can open, "
        "so that citations lead there. Without a line they do not."
    )

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> list[str]:
        """A policy stays with its tenant."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        return only_tenant(request)


def with_lines(text: str) -> SafeString:
    """The text as it was written, line by line."""
    return format_html('<span class="as-written">{}</span>', text)


def only_tenant(request: HttpRequest) -> dict[str, Any]:
    """The tenant that the user manages as a form's first value; nothing where there are more."""
    tenants = list(access.tenants_of(request.user, Act.CONFIGURE)[:2])
    return {"tenant": tenants[0].pk} if len(tenants) == 1 else {}
