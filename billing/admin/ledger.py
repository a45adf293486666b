"""The books, to look at."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from billing.models import Attempt, LedgerEntry
from billing.money import shown
from conversations.admin.base import ReadOnlyAdmin
from conversations.models import Membership


class BookAdmin(ReadOnlyAdmin):
    """A page of the books, for managers: too long to count, so it is paged without a count."""

    role_to_view = Membership.Role.MANAGER
    paginator = InfinitePaginator


@admin.register(LedgerEntry)
class LedgerEntryAdmin(BookAdmin):
    """What every call cost."""

    list_display = [
        "at",
        "tenant",
        "line",
        "model",
        "dollars",
        "input_tokens",
        "cached_tokens",
        "output_tokens",
        "known",
        "outcome",
    ]
    fields = [
        "tenant",
        "at",
        "kind",
        "attempt",
        "generation",
        "purpose",
        "model",
        "persona_label",
        "tier",
        "price_paid",
        "amount",
        "input_tokens",
        "cached_tokens",
        "cache_write_tokens",
        "output_tokens",
        "reasoning_tokens",
        "certainty",
        "raw_usage",
        "outcome",
        "request_id",
        "reason",
        "author",
    ]
    readonly_fields = ["price_paid"]
    list_filter = ["kind", "certainty", "purpose", ("at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_select_related = ["tenant"]
    ordering = ["-at"]
    search_fields = ["=request_id", "=model"]
    search_help_text = "The provider's request id, or a model, in full"

    @admin.display(description="cost", ordering="amount")
    def dollars(self, entry: LedgerEntry) -> str:
        """In dollars, as people read it; the entry itself has every digit."""
        return shown(entry.amount)

    @admin.display(description="price")
    def price_paid(self, entry: LedgerEntry) -> str:
        """The price row in words; the row itself is the operator's."""
        return f"{entry.price.in_words()} (US dollars per million tokens)"

    @display(description="line", label={"Call": "info", "Correction": "warning"})
    def line(self, entry: LedgerEntry) -> str:
        """What kind of line it is, in a word."""
        return entry.get_kind_display()

    @display(
        description="known",
        label={"exact": "success", "estimated": "warning", "unknown": "danger"},
    )
    def known(self, entry: LedgerEntry) -> str:
        """How certain the tokens are, in a word."""
        return entry.certainty


@admin.register(Attempt)
class AttemptAdmin(BookAdmin):
    """Every call, also those that are still open, with what was sent."""

    list_display = ["opened_at", "tenant", "model", "purpose", "state", "most_it_can_cost"]
    list_filter = ["state", "purpose", ("opened_at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_select_related = ["tenant"]
    ordering = ["-opened_at"]

    @admin.display(description="held", ordering="held")
    def most_it_can_cost(self, attempt: Attempt) -> str:
        """In dollars."""
        return shown(attempt.held)
