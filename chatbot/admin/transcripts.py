"""Conversations, to find and to read; `desk.py` says what can be done in one."""

import uuid
import zoneinfo
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.contrib.filters.admin import TextFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from billing.admin.calls_filter import CallsFilter
from billing.money import shown
from billing.selectors.conversations import with_cost
from chatbot.admin.desk import DeskAdmin
from chatbot.admin.timeline import timeline_of
from conversations import access
from conversations.admin.filters import DaysFilter, TenantFilter
from conversations.admin.rights import may
from conversations.models import AuditEntry, Conversation, Outcome
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.roles import Act
from conversations.selectors.outcomes import newest_outcome, with_outcome
from conversations.selectors.transcripts import answered_by, listed, matching
from conversations.services.audit import record

State = Conversation.State
PILLS = {
    State.BOT: "Bot",
    State.WAITING: "Waits for a person",
    State.STAFF: "Person",
    State.CLOSED: "Closed",
}
COLOURS = {
    PILLS[State.BOT]: "info",
    PILLS[State.WAITING]: "warning",
    PILLS[State.STAFF]: "success",
    PILLS[State.CLOSED]: "",
}


class ModelFilter(TextFilter):
    """Conversations in which this model was asked, by its full name."""

    title = "model"
    parameter_name = "model"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those in which the model was asked, however it ended."""
        return answered_by(queryset, self.value()) if self.value() else queryset


class OutcomeFilter(admin.SimpleListFilter):
    """Conversations by what came of them, at any time or in the days that a report names."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All kinds; a report's link is one more while it is followed."""
        kinds = [(kind.value, kind.label.partition(":")[0]) for kind in Outcome.Kind]
        kinds[:2] = [("confirmed", "Resolved, confirmed"), ("assumed", "Resolved, assumed")]
        chosen = self.used_parameters.get(self.parameter_name, "")
        kind, _, days = str(chosen).partition(".")
        return [*kinds, (str(chosen), f"{kind}, {days}")] if days else kinds

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those with a lasting outcome of the kind; what is no kind or day finds nothing."""
        wanted = self.value()
        return with_outcome(queryset, wanted) if wanted else queryset


@admin.register(Conversation)
class ConversationAdmin(DeskAdmin):
    """The list of conversations, and each as a timeline. Money is for managers."""

    list_display = ["pill", "opening", "who", "tenant", "turns", "last_model", "cost", "updated"]
    list_display_links = ["opening"]
    list_filter = [
        "state",
        TenantFilter,
        ModelFilter,
        OutcomeFilter,
        ("updated_at", DaysFilter),
        CallsFilter,
    ]
    list_filter_submit = True
    ordering = ["-updated_at"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER  # each would count every conversation
    # what is searched is said in get_search_results; this only shows the box
    search_fields = ["messages__text"]
    search_help_text = "Words of one message, or a conversation's id"
    change_form_template = "admin/conversations/conversation/change_form.html"

    class Media:
        css = {"all": ["inbox/transcript.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """The rows of the user's tenants, with what the list shows of them."""
        return with_cost(
            listed(super().get_queryset(request)), access.tenants_of(request.user, Act.SPEND)
        )

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Without the cost for those who manage nothing, without the tenant where it is one."""
        hidden = set()
        if not _manages(request):
            hidden.add("cost")
        if access.tenants_of(request.user).count() < 2:
            hidden.add("tenant")
        return [name for name in self.list_display if name not in hidden]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Conversations with all the words in one message; never the same one twice."""
        return (matching(queryset, search_term) if search_term.strip() else queryset), False

    def get_fields(self, request: HttpRequest, obj: Conversation | None = None) -> list[str]:
        """None: a conversation is no form."""
        return []

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The conversation as a timeline; `?before=17` shows what lies before number 17."""
        conversation = self.get_object(request, object_id)
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, conversation):
            raise PermissionDenied
        record(AuditEntry.Act.OPENED, conversation)
        before = request.GET.get("before", "")
        context = {
            "title": str(conversation.visitor),
            "timeline": timeline_of(conversation, int(before) if before.isdecimal() else None),
            "sees_money": _manages(request, conversation),
            "may_answer": may(request, Act.ANSWER, conversation.tenant_id),
            "may_redact": may(request, Act.REDACT, conversation.tenant_id),
            "may_export": may(request, Act.EXPORT, conversation.tenant_id),
            "outcome": newest_outcome(conversation),
            "max_characters": MAX_MESSAGE_CHARACTERS,
            "new_message": uuid.uuid4(),
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @display(description="state", ordering="state", label=COLOURS)
    def pill(self, conversation: Conversation) -> str:
        """Who answers now, in short."""
        return PILLS[State(conversation.state)]

    @admin.display(description="first line")
    def opening(self, conversation: Any) -> str:
        """How the visitor began."""
        return Truncator(conversation.first_line or "Nothing said yet").chars(90)

    @admin.display(description="visitor", ordering="visitor")
    def who(self, conversation: Conversation) -> SafeString:
        """The visitor's name, or part of their id."""
        return _unbroken(str(conversation.visitor))

    @admin.display(description="turns")
    def turns(self, conversation: Any) -> int:
        """How often the visitor wrote."""
        return conversation.turns

    @admin.display(description="model", empty_value="–")
    def last_model(self, conversation: Any) -> SafeString | None:
        """The model that replied last."""
        return _unbroken(conversation.last_model) if conversation.last_model else None

    @admin.display(description="cost", empty_value="–")
    def cost(self, conversation: Any) -> str | None:
        """In dollars."""
        amount: Decimal | None = conversation.cost
        return None if amount is None else shown(amount)

    @admin.display(description="updated", ordering="updated_at")
    def updated(self, conversation: Conversation) -> SafeString:
        """When something was said last, at the tenant's place."""
        zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
        return _unbroken(date_format(conversation.updated_at.astimezone(zone), "j M Y, H:i"))


def _unbroken(text: str) -> SafeString:
    return format_html('<span class="talk-unbroken">{}</span>', text)


def _manages(request: HttpRequest, conversation: Conversation | None = None) -> bool:
    tenants = access.tenants_of(request.user, Act.SPEND)
    if conversation is not None:
        tenants = tenants.filter(pk=conversation.tenant_id)
    return tenants.exists()
