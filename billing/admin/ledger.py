"""The books: to look at, and to correct by another line."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from billing.errors import NothingToCorrect
from billing.models import Attempt, LedgerEntry
from billing.money import shown
from billing.services.ledger import correct, entry_of
from conversations import access
from conversations.admin.base import ReadOnlyAdmin
from conversations.admin.rights import manages_a_tenant
from conversations.roles import Act

CORRECTION = ["attempt", "amount", "reason"]


class BookAdmin(ReadOnlyAdmin):
    """A page of the books, for managers: too long to count, so it is paged without a count."""

    role_to_view = Act.SPEND
    paginator = InfinitePaginator


class CorrectionForm(forms.ModelForm):
    """A correction of what a call cost; the one thing that people write into the books."""

    class Meta:
        model = LedgerEntry
        fields = CORRECTION
        labels = {"attempt": "Call", "amount": "Correction, US dollars"}
        help_texts = {
            "attempt": "Its id, as its ledger entry and the provider's books name it.",
            "amount": "Added to what the call cost; below zero where it cost less.",
            "reason": "Why, for whoever reads the books later.",
        }

    def clean(self) -> dict[str, Any]:
        """Refused where the call is still open: it will have its entry first."""
        given = super().clean() or {}
        attempt = given.get("attempt")
        if attempt and entry_of(attempt) is None:
            raise forms.ValidationError("This call is not settled yet; correct it afterwards.")
        return given

    def _post_clean(self) -> None:
        """The line is the till's to write, so there is no row here to validate."""


@admin.register(LedgerEntry)
class LedgerEntryAdmin(BookAdmin):
    """What every call cost, and the one form of the books: a correction."""

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
    list_filter = ["kind", "certainty", "purpose", ("at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_select_related = ["tenant"]
    ordering = ["-at"]
    search_fields = ["=request_id", "=model"]
    search_help_text = "The provider's request id, or a model, in full"
    form = CorrectionForm
    raw_id_fields = ["attempt"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Managers correct; nothing else is added by people."""
        return manages_a_tenant(request)

    def get_fields(self, request: HttpRequest, obj: LedgerEntry | None = None) -> list[str]:
        """A new line says what it corrects, by how much and why."""
        return [*self.fields, "corrected"] if obj else CORRECTION

    def get_readonly_fields(
        self, request: HttpRequest, obj: LedgerEntry | None = None
    ) -> list[str]:
        """Nothing of a line that stands can be changed."""
        return ["price_paid", "corrected"] if obj else []

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Calls of the tenants whose books the person manages."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "attempt":
            field.queryset = access.visible(request.user, Attempt, self.role_to_view)
        return field

    def save_model(self, request: HttpRequest, obj: LedgerEntry, form: Any, change: bool) -> None:
        """The line is the till's to write."""
        given = form.cleaned_data
        entry = entry_of(given["attempt"])
        if entry is not None:
            written = correct(entry, given["amount"], given["reason"], str(request.user))
            vars(obj).update(vars(written))

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As Django's; what cannot be corrected is said, and the form is shown again."""
        try:
            return super().add_view(request, *args, **kwargs)
        except NothingToCorrect as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    @admin.display(description="correction")
    def corrected(self, entry: LedgerEntry) -> SafeString:
        """The way to the form."""
        url = reverse("admin:billing_ledgerentry_add")
        return format_html('<a href="{}?attempt={}">Correct this call</a>', url, entry.attempt_id)

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
