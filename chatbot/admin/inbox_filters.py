"""What the list of conversations is filtered by."""

import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from chatbot.inbox.asking import with_facet
from chatbot.inbox.facets import COST_STEPS, SLOW_STEPS
from chatbot.models import Verdict
from conversations.admin.rights import manages_a_tenant, runs_the_deployment, tenant_ids
from conversations.models import Conversation, Outcome
from conversations.roles import Act
from conversations.selectors.outcomes import with_outcome

LIVE = datetime.timedelta(minutes=5)


class FacetFilter(DropdownFilter):
    """Conversations with a facet, chosen from a list."""

    facet = ""
    options: tuple[tuple[str, str], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The options."""
        return list(self.options)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those that have it; another value than the options' finds nothing."""
        value = self.value()
        return with_facet(queryset, f"{self.facet}:{value}") if value else queryset


class MarkFilter(FacetFilter):
    """What a person may want to look at."""

    title = "mark"
    parameter_name = facet = "mark"
    options = (
        ("review", "Needs review"),
        ("blocked", "Blocked"),
        ("unanswered", "Unanswered"),
        ("failed", "A reply failed"),
        ("no_source", "No source used"),
        ("handed_over", "Handed over"),
    )


class CheckFilter(FacetFilter):
    """Where a guardrail found something."""

    title = "guardrail"
    parameter_name = facet = "check"
    options = tuple(Verdict.Check.choices)


class VerdictFilter(FacetFilter):
    """What a guardrail did."""

    title = "verdict"
    parameter_name = facet = "verdict"
    options = tuple(Verdict.Outcome.choices)


class SlowFilter(FacetFilter):
    """Where a whole reply took so long."""

    title = "slowest reply"
    parameter_name = facet = "slow"
    options = tuple((str(step), f"{step} seconds and more") for step in SLOW_STEPS)


class CostFilter(FacetFilter):
    """What the conversation cost; managers only, staff see no money."""

    title = "cost"
    parameter_name = facet = "cost"
    options = tuple((str(step), f"${step} and more") for step in COST_STEPS)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """None for those who manage nothing, so that the filter is not there for them."""
        return list(self.options) if manages_a_tenant(request) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those of the tenants that the person manages."""
        if self.value() and manages_a_tenant(request):
            return super().queryset(request, of_managed(request, queryset))
        return queryset


def of_managed(request: HttpRequest, queryset: QuerySet) -> QuerySet:
    """The rows whose cost this person may know."""
    if runs_the_deployment(request):
        return queryset
    return queryset.filter(tenant__in=tenant_ids(request, Act.SPEND))


class FacetTextFilter(TextFilter):
    """Conversations with a facet, written by hand; case does not count."""

    facet = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those that have it."""
        value = self.value()
        return with_facet(queryset, f"{self.facet}:{value.lower()}") if value else queryset


class ModelFilter(FacetTextFilter):
    """Conversations in which this model was asked, by its full name."""

    title = "model"
    parameter_name = facet = "model"


class PersonaFilter(FacetTextFilter):
    """Conversations in which this version of a persona spoke, by its full name."""

    title = "persona version"
    parameter_name = facet = "persona"


class LanguageFilter(FacetTextFilter):
    """Conversations of a visitor whose browser speaks this language: en, zh."""

    title = "language"
    parameter_name = facet = "language"


class LiveFilter(FacetFilter):
    """Conversations in which something happened just now."""

    title = "live"
    parameter_name = "live"
    options = (("now", "In the last five minutes"),)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those, if they are not closed."""
        if not self.value():
            return queryset
        open_ones = queryset.exclude(state=Conversation.State.CLOSED)
        return open_ones.filter(updated_at__gt=Now() - LIVE)


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
