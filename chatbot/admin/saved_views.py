"""The views over the list of conversations: everybody's with their counts, and one's own."""

import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from chatbot.inbox.views import COUNTED, EVERYBODYS, View, count_of
from chatbot.models import SavedView
from conversations.admin.rights import manages_a_tenant
from conversations.models import Conversation

MOST = 30
# what moves through a list is no part of which list it is
MOVING = ("p", "e", "_changelist_filters")


@dataclass(frozen=True)
class Shown:
    """A view as the page shows it; `pk` where it can be removed."""

    name: str
    url: str
    here: bool
    count: str = ""
    pk: int | None = None


def views_for(page: Any, request: HttpRequest) -> list[Shown]:
    """Everybody's and the person's own."""
    now = _kept(request.GET)
    own = SavedView.objects.filter(user=request.user.pk)[:MOST]
    money = manages_a_tenant(request)
    everybodys = [
        Shown(one.name, _url(one.query), now == one.query, _count(page, request, one))
        for one in EVERYBODYS
        if money or not one.of_money
    ]
    return [
        Shown("All", _url(""), now == ""),
        *everybodys,
        *(Shown(one.name, _url(one.query), now == one.query, pk=one.pk) for one in own),
    ]


def _count(page: Any, request: HttpRequest, view: View) -> str:
    def rows() -> QuerySet[Conversation]:
        asked = copy.copy(request)
        asked.GET = QueryDict(view.query)
        asked.only_the_query = True  # type: ignore[attr-defined]
        return page.get_changelist_instance(asked).queryset

    number = count_of(request.user.pk or 0, view.query, rows)
    if number is None:
        return ""
    return f"{COUNTED}+" if number > COUNTED else str(number)


def _kept(query: QueryDict) -> str:
    """The filters of this address, in one order and without the place in the list."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        values = [value for value in query.getlist(name) if value]
        if name not in MOVING and values:
            kept.setlist(name, values)
    return kept.urlencode()


def _url(query: str) -> str:
    url = reverse("admin:conversations_conversation_changelist")
    return f"{url}?{query}" if query else url


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """The filters of the form's `query` are kept under its `name`; the same name again replaces."""
    name = " ".join(request.POST.get("name", "").split())[:60]
    query = _kept(QueryDict(request.POST.get("query", "")[:1000]))
    taken = SavedView.objects.filter(user=request.user.pk)
    if not name:
        messages.error(request, "Give the view a name.")
    elif taken.exclude(name=name).count() >= MOST:
        messages.error(request, f"There are {MOST} views already; remove one first.")
    else:
        SavedView.objects.update_or_create(
            user_id=request.user.pk or 0, name=name, defaults={"query": query}
        )
    return HttpResponseRedirect(_url(query))


@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The person's own view is gone; somebody else's stays."""
    SavedView.objects.filter(user=request.user.pk, pk=pk).delete()
    return HttpResponseRedirect(_url(""))
