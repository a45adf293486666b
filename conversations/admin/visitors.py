"""Who came, and on which device."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from conversations.admin.base import ReadOnlyAdmin, ReadOnlyInline
from conversations.admin.filters import TenantFilter
from conversations.admin.rights import may
from conversations.models import Visitor, VisitorSession
from conversations.roles import Act


class VisitorSessionInline(ReadOnlyInline):
    """The devices of a visitor, to look at; the token's hash is nobody's business."""

    model = VisitorSession
    fields = ["locale", "origin", "page", "told", "created_at", "last_seen_at"]
    readonly_fields = fields
    verbose_name_plural = "Devices"

    @admin.display(description="What the page told", empty_value="–")
    def told(self, session: VisitorSession) -> str | None:
        """By name; a page may say what it likes, so it proves nothing."""
        return "; ".join(f"{name}: {value}" for name, value in session.context.items()) or None


@admin.register(Visitor)
class VisitorAdmin(ReadOnlyAdmin):
    """The people in the widget, newest first."""

    list_display = ["__str__", "tenant", "created_at"]
    list_select_related = ["tenant"]
    list_filter = [TenantFilter]
    ordering = ["-created_at"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    inlines = [VisitorSessionInline]
    fields = [
        *("tenant", "name", "email", "known_as", "answered", "public_id", "created_at", "said"),
    ]
    readonly_fields = ["known_as", "answered", "public_id", "created_at", "said"]
    change_form_outer_before_template = "admin/conversations/visitor/rights.html"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The visitor, with the ways to hand out and erase what is kept, for those who may."""
        visitor = self.get_object(request, object_id)
        sure = visitor is not None and may(request, Act.ERASE, visitor.tenant_id)
        context = {"may_erase": sure} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description="Known to the site as", empty_value="nobody: not signed in there")
    def known_as(self, visitor: Visitor) -> str | None:
        """The site's own id of them, from a token that it signed."""
        return visitor.external_id or None

    @admin.display(description="Answers before the conversation", empty_value="–")
    def answered(self, visitor: Visitor) -> str | None:
        """What they wrote into the form, by name."""
        return "; ".join(f"{name}: {value}" for name, value in visitor.answers.items()) or None

    @admin.display(description="Conversations")
    def said(self, visitor: Visitor) -> SafeString:
        """The list of what this visitor said."""
        url = reverse("admin:conversations_conversation_changelist")
        return format_html('<a href="{}?visitor__id__exact={}">Show them</a>', url, visitor.pk)
