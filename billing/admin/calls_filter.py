"""From a figure of the spend report to the conversations behind it."""

import datetime
import zoneinfo
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date

from billing.selectors.conversations import Calls, with_calls

NAMES = ("from", "to", "zone", "model", "persona", "purpose", "hour")
PREFIX = "call_"


class CallsFilter(admin.ListFilter):
    """Conversations with a call on these days, of this model, persona version, purpose and hour.

    All of it is about the same call, so that the list has exactly the
    conversations that the report counted. Asked for by links only; days
    or zones that are none are refused.
    """

    title = "calls"
    template = "admin/billing/calls_filter.html"

    def __init__(
        self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        for name in (PREFIX + name for name in NAMES):
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        self.given = {name: str(self.used_parameters.get(PREFIX + name, "")) for name in NAMES}

    def expected_parameters(self) -> list[str | None]:
        """The names in the URL."""
        return [PREFIX + name for name in NAMES]

    def has_output(self) -> bool:
        """Shown where a link has brought the reader here."""
        return bool(self.used_parameters)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """What is asked for, and the way back to all conversations."""
        said = self.given
        words = [f"{said['from']} – {said['to']}"] if said["from"] else []
        words += [said[name] for name in ("model", "persona", "purpose") if said[name]]
        words += [f"{said['hour']}:00"] if said["hour"] else []
        yield {
            "words": ", ".join(words),
            "query_string": changelist.get_query_string(remove=self.expected_parameters()),
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those with such a call; the page has left only what the user may see."""
        if not self.used_parameters:
            return queryset
        try:
            return with_calls(queryset, self._calls())
        except (ValueError, zoneinfo.ZoneInfoNotFoundError) as mistake:
            raise IncorrectLookupParameters from mistake

    def _calls(self) -> Calls:
        given = self.given
        return Calls(
            first=_day(given["from"]),
            last=_day(given["to"]),
            zone=zoneinfo.ZoneInfo(given["zone"] or "UTC"),
            model=given["model"] or None,
            persona_label=given["persona"] if "call_persona" in self.used_parameters else None,
            purpose=given["purpose"] or None,
            hour=int(given["hour"]) if given["hour"] else None,
        )


def _day(text: str) -> datetime.date | None:
    if not text:
        return None
    day = parse_date(text)
    if day is None:
        raise ValueError(text)
    return day
