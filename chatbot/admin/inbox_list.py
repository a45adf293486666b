"""The list of conversations as it is read from the database: a page, and what stands beside it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.paginator import InfinitePaginator
from unfold.sections import TemplateSection
from unfold.views import ChangeList

from chatbot.admin.work_list import BY_CLOCK, WORST_FIRST
from chatbot.inbox.asking import snippets
from conversations.models import Conversation
from conversations.selectors.transcripts import last_said
from conversations.selectors.work import beside

PATIENCE_MS = 5000
PAGES_DEEP = 200


class BoundedPaginator(InfinitePaginator):
    """Pages without a count, down to the ten thousandth row; filters lead further than that."""

    count = 50 * PAGES_DEEP


class InboxList(ChangeList):
    """A page of conversations, with where the words stand and what was said last in each."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[Any]:
        """Who waits is listed worst first; all else by what somebody chose, else the newest."""
        if self.params.get("work") in BY_CLOCK:
            return list(WORST_FIRST)
        return super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        """The rows of the page; nothing where only the query is wanted (`neighbours_of`).

        First which rows, then what is shown of them: what a page skips is
        looked up by nobody.
        """
        if getattr(request, "only_the_query", False):
            self.result_list: Any = []
            return
        super().get_results(request)
        self.full_result_count = self.result_count  # nobody counted, so none is shown
        page = list(self.result_list.values_list("pk", flat=True))
        found = self.model_admin.get_queryset(request).in_bulk(page)
        rows = [found[pk] for pk in page if pk in found]
        places = snippets(page, self.query) if self.query else {}
        said, work = last_said(page), beside(page)
        for one in rows:
            one.snippet, one.carried = places.get(one.pk), request.GET.urlencode()
            one.last_said = said.get(one.pk, [])
            one.beside = work.get(one.pk)
        self.result_list = rows


class LastSaid(TemplateSection):
    """What was said last, under the row of the list."""

    template_name = "admin/conversations/conversation/last_said.html"

    def get_context_data(self, request: HttpRequest, instance: Conversation) -> dict[str, Any]:
        """The last messages, oldest first."""
        return {"said": getattr(instance, "last_said", [])}
