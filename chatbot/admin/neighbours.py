"""The conversations before and after this one, in the list that the reader came from."""

import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from conversations.models import Conversation

FILTERS = "_changelist_filters"
# few wait at a time, in an order that no index keeps
MOST_BY_CLOCK = 500


@dataclass(frozen=True)
class Neighbours:
    """Addresses; empty where there is none. `back` is the list itself."""

    back: str
    before: str = ""
    after: str = ""


def neighbours_of(page: Any, request: HttpRequest, talk: Conversation) -> Neighbours:
    """Those of this conversation within the filter and order that the address carries.

    Two rows by an index, however long the list is. What is no filter is as none.
    """
    filters = request.GET.get(FILTERS, "")
    back = reverse("admin:conversations_conversation_changelist")
    back = f"{back}?{filters}" if filters else back
    listing = copy.copy(request)
    listing.GET = QueryDict(filters)
    listing.only_the_query = True  # type: ignore[attr-defined]
    try:
        rows = page.get_changelist_instance(listing).queryset
    except IncorrectLookupParameters:
        return Neighbours(back)
    if rows.query.order_by and not isinstance(rows.query.order_by[0], str):
        before, after = _beside(list(rows.values_list("pk", flat=True)[:MOST_BY_CLOCK]), talk.pk)
        return Neighbours(back, _url(before, filters), _url(after, filters))
    newest_first = (rows.query.order_by or ("-updated_at",))[0].startswith("-")
    newer, older = _newer(rows, talk), _older(rows, talk)
    before, after = (newer, older) if newest_first else (older, newer)
    return Neighbours(back, _url(before, filters), _url(after, filters))


def address_of(pk: int, filters: str) -> str:
    """The page of a conversation that knows which list it belongs to."""
    url = reverse("admin:conversations_conversation_change", args=[pk])
    return f"{url}?{urlencode({FILTERS: filters})}" if filters else url


def _url(pk: int | None, filters: str) -> str:
    return "" if pk is None else address_of(pk, filters)


def _newer(rows: QuerySet[Conversation], talk: Conversation) -> int | None:
    at = talk.updated_at
    later = rows.filter(Q(updated_at__gt=at) | Q(pk__gt=talk.pk), updated_at__gte=at)
    return later.order_by("updated_at", "pk").values_list("pk", flat=True).first()


def _older(rows: QuerySet[Conversation], talk: Conversation) -> int | None:
    at = talk.updated_at
    sooner = rows.filter(Q(updated_at__lt=at) | Q(pk__lt=talk.pk), updated_at__lte=at)
    return sooner.order_by("-updated_at", "-pk").values_list("pk", flat=True).first()


def _beside(order: list[int], pk: int) -> tuple[int | None, int | None]:
    """Those before and after it; where it is in the list no more, the first comes next."""
    if pk not in order:
        return None, order[0] if order else None
    at = order.index(pk)
    return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None
