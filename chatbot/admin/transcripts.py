"""Conversations, to find and to read; `desk.py` says what can be done in one."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from psycopg.errors import QueryCanceled
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from billing.admin.calls_filter import CallsFilter
from billing.selectors.conversations import with_cost
from chatbot.admin.inbox_columns import InboxColumns
from chatbot.admin.inbox_filters import (
    CheckFilter,
    CostFilter,
    LanguageFilter,
    LiveFilter,
    MarkFilter,
    ModelFilter,
    OutcomeFilter,
    PersonaFilter,
    SlowFilter,
    VerdictFilter,
)
from chatbot.admin.inbox_list import PATIENCE_MS, BoundedPaginator, InboxList, LastSaid
from chatbot.admin.neighbours import FILTERS, neighbours_of
from chatbot.admin.review_panel import review_of
from chatbot.admin.saved_views import views_for
from chatbot.admin.timeline import timeline_of
from chatbot.admin.work import WorkAdmin
from chatbot.admin.work_list import LabelFilter, WorkFilter, WorkList
from chatbot.inbox import filling
from chatbot.inbox.asking import with_words
from chatbot.inbox.drafts import newest_draft
from chatbot.inbox.views import planned_for
from conversations import access
from conversations.admin.filters import DaysFilter, TenantFilter
from conversations.admin.rights import may, runs_the_deployment, tenant_ids
from conversations.models import AuditEntry, Conversation
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.roles import Act
from conversations.selectors.outcomes import newest_outcome
from conversations.selectors.transcripts import listed
from conversations.services.audit import record

PIECES = "admin/conversations/conversation"


@admin.register(Conversation)
class ConversationAdmin(InboxColumns, WorkList, WorkAdmin):
    """The list of conversations, and each as a timeline. Money is for managers."""

    list_display = [
        *("pill", "opening", "at_desk", "found", "marks", "who", "tenant"),
        *("turns", "last_model", "cost", "updated"),
    ]
    list_display_links = ["opening"]
    list_filter = [
        WorkFilter,
        ("state", ChoicesDropdownFilter),
        LabelFilter,
        MarkFilter,
        LiveFilter,
        TenantFilter,
        ModelFilter,
        PersonaFilter,
        CheckFilter,
        VerdictFilter,
        SlowFilter,
        CostFilter,
        LanguageFilter,
        OutcomeFilter,
        ("updated_at", DaysFilter),
        CallsFilter,
    ]
    list_sections = [LastSaid]
    list_before_template = "admin/conversations/conversation/views.html"
    # those that an index keeps in order
    sortable_by = ["updated"]
    list_filter_submit = True
    ordering = ["-updated_at"]
    paginator = BoundedPaginator
    show_facets = admin.ShowFacets.NEVER  # each would count every conversation
    # what is searched is said in get_search_results; this only shows the box
    search_fields = ["messages__text"]
    search_help_text = "Words that were said, the visitor's name, or an id"
    change_form_template = "admin/conversations/conversation/change_form.html"

    class Media:
        css = {
            "all": [
                *("inbox/transcript.css", "inbox/list.css", "inbox/work.css"),
                "inbox/review.css",
            ]
        }
        js = [Script(f"inbox/{name}.js", type="module") for name in ("desk", "work", "review")]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InboxList]:
        """The list that knows where the words stand."""
        return InboxList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; what was said a moment ago is found in it.

        A search that takes too long ends, and says how to narrow it.
        """
        if request.GET:
            filling.catch_up(filling.MOST_BEFORE_A_SEARCH)
        try:
            with planned_for(PATIENCE_MS):
                context = {"views": views_for(self, request), "query": request.GET.urlencode()}
                answer = super().changelist_view(request, context | (extra_context or {}))
                return answer.render() if isinstance(answer, TemplateResponse) else answer
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            messages.error(request, "That took too long. Add a rarer word, or some days.")
            return HttpResponseRedirect(request.path)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        """The rows of the user's tenants, with what the list shows of them."""
        rows = access.visible(request.user, Conversation)
        if not runs_the_deployment(request):
            rows = access.rows_of(Conversation, tenant_ids(request, Act.READ))
        rows = listed(rows.order_by(*self.ordering)).select_related("inbox")
        return with_cost(rows, access.tenants_of(request.user, Act.SPEND))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Without the cost for those who manage nothing, without the tenant where it is one."""
        hidden = set()
        if not _manages(request):
            hidden.add("cost")
        if access.tenants_of(request.user).count() < 2:
            hidden.add("tenant")
        if not request.GET.get("q", "").strip():
            hidden.add("found")
        return [name for name in self.list_display if name not in hidden]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Conversations in which all the words were said; never the same one twice."""
        return (with_words(queryset, search_term) if search_term.strip() else queryset), False

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
        context = self._page(request, conversation) | {
            "title": str(conversation.visitor),
            "neighbours": neighbours_of(self, request, conversation),
            "filters": request.GET.get(FILTERS, ""),
        }
        context |= self.work_context(request, conversation)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _page(self, request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
        """What the page and its live pieces are written from."""
        before = request.GET.get("before", "")
        filters = request.GET.get(FILTERS, "")
        timeline = timeline_of(conversation, int(before) if before.isdecimal() else None)
        return review_of(request, conversation, timeline) | {
            "timeline": timeline,
            "sees_money": _manages(request, conversation),
            "may_answer": may(request, Act.ANSWER, conversation.tenant_id),
            "may_redact": may(request, Act.REDACT, conversation.tenant_id),
            "may_export": may(request, Act.EXPORT, conversation.tenant_id),
            "outcome": newest_outcome(conversation),
            "max_characters": MAX_MESSAGE_CHARACTERS,
            "new_message": uuid.uuid4(),
            "carried": f"?{urlencode({FILTERS: filters})}" if filters else "",
            "draft": newest_draft(conversation),
        }

    def get_urls(self) -> list[URLPattern]:
        """Those of the desk, and the pieces of the page for whoever looks on."""
        pieces = path(
            "<int:pk>/pieces/",
            self.admin_site.admin_view(self.pieces),
            name="conversations_conversation_pieces",
        )
        return [pieces, *super().get_urls()]

    def pieces(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is new after `?after=17` of the log, as pieces of the page, in JSON."""
        conversation = self.get_object(request, str(pk))
        if conversation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        after = request.GET.get("after", "")
        context = self._page(request, conversation)
        timeline = context["timeline"]

        def piece(name: str, **more: Any) -> str:
            with timezone.override(timeline.zone):
                return render_to_string(f"{PIECES}/{name}.html", context | more, request)

        lines = timeline.since(int(after) if after.isdecimal() else 0)
        return JsonResponse(
            {
                "seq": conversation.last_seq,
                "state": conversation.state,
                "head": piece("head"),
                "acts": piece("acts"),
                "lines": [
                    {
                        "id": line.anchor,
                        "reply": str(line.reply.generation.public_id) if line.reply else "",
                        "html": piece("turn" if line.turn else "line", line=line),
                    }
                    for line in lines
                ],
            }
        )


def _manages(request: HttpRequest, conversation: Conversation | None = None) -> bool:
    tenants = access.tenants_of(request.user, Act.SPEND)
    if conversation is not None:
        tenants = tenants.filter(pk=conversation.tenant_id)
    return tenants.exists()
