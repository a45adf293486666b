"""From a figure of the report to the conversations behind it."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from billing.selectors.scope import Scope
from billing.views.filters import By

LIST = "admin:conversations_conversation_changelist"
ONE = "admin:conversations_conversation_change"


def transcripts_link(scope: Scope, slug: str, by: By | None = None, value: Any = "") -> str:
    """The list of exactly those conversations that had such a call; see `CallsFilter`."""
    query = QueryDict(mutable=True)
    given = {
        "tenant": slug,
        "call_from": scope.first.isoformat(),
        "call_to": scope.last.isoformat(),
        "call_zone": scope.zone.key,
        "call_model": scope.models[0] if scope.models else "",
        "call_purpose": scope.purposes[0] if scope.purposes else "",
    }
    if by is not None:
        given["tenant" if by == By.TENANT else f"call_{by.value}"] = str(value)
    query.update({name: text for name, text in given.items() if text})
    if by == By.PERSONA and not value:
        query["call_persona"] = ""
    return f"{reverse(LIST)}?{query.urlencode()}"


def outcome_link(outcome: str, slug: str) -> str:
    """The list of the conversations that came out so; `outcome` as the list's filter has it."""
    query = QueryDict(mutable=True)
    query.update({"outcome": outcome} | ({"tenant": slug} if slug else {}))
    return f"{reverse(LIST)}?{query.urlencode()}"


def transcript_link(conversation_id: int) -> str:
    """One conversation."""
    return reverse(ONE, args=[conversation_id])
