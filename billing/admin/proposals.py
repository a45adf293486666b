"""Prices that wait for a person."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action, display

from billing.admin.operators import OperatorAdmin
from billing.errors import BillingError
from billing.models import PriceProposal
from billing.models.prices import PriceFigures
from billing.services import proposals


@admin.register(PriceProposal)
class PriceProposalAdmin(OperatorAdmin):
    """Old figures beside new ones; whoever approves makes a price, from the moment named here.

    Who decided and when stays. Proposals come from `manage.py import_prices`
    and once a week by themselves.
    """

    list_display = ["model", "tier", "old_price", "new_price", "starts", "status", "decision"]
    list_filter = ["state", "tier"]
    list_select_related = ["old", "decided_by"]
    search_fields = ["model"]
    search_help_text = "Model"
    actions = ["approve_chosen", "reject_chosen"]
    actions_submit_line = ["approve_this", "reject_this"]
    fields = [
        "model",
        "tier",
        "old_price",
        "new_price",
        "valid_from",
        "source",
        "checked_on",
        "note",
        "proposed_at",
        "state",
        "decision",
        "price",
    ]
    list_per_page = 100

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """From when it holds is the only thing to say about it."""
        return [name for name in self.fields if name != "valid_from"]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Without a button to go on editing: there is one field, and a decision."""
        context["show_save_and_continue"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="old")
    def old_price(self, proposal: PriceProposal) -> str:
        """The price that held when it was proposed."""
        return _words(proposal.old) if proposal.old else "no price"

    @admin.display(description="new")
    def new_price(self, proposal: PriceProposal) -> str:
        """US dollars per million tokens."""
        return _words(proposal)

    @admin.display(description="from", ordering="valid_from")
    def starts(self, proposal: PriceProposal) -> str:
        """The moment it would hold from."""
        return f"{proposal.valid_from:%Y-%m-%d %H:%M %Z}" if proposal.valid_from else "approval"

    @display(
        description="state",
        label={
            "Waits for a decision": "warning",
            "Approved": "success",
            "Rejected": "danger",
            "Replaced by newer figures": "info",
        },
    )
    def status(self, proposal: PriceProposal) -> str:
        """What became of it, in words."""
        return proposal.get_state_display()

    @admin.display(description="decided", empty_value="–")
    def decision(self, proposal: PriceProposal) -> str | None:
        """By whom and when."""
        if proposal.decided_at is None:
            return None
        return f"{proposal.decided_by or 'somebody'}, {proposal.decided_at:%Y-%m-%d %H:%M %Z}"

    @admin.action(description="Approve: they are prices from their moment on", permissions=["view"])
    def approve_chosen(self, request: HttpRequest, chosen: QuerySet[PriceProposal]) -> None:
        """Each that can be; the others say why not."""
        for proposal in chosen:
            self._approve(request, proposal)

    @admin.action(description="Reject", permissions=["view"])
    def reject_chosen(self, request: HttpRequest, chosen: QuerySet[PriceProposal]) -> None:
        """Each that still waits."""
        for proposal in chosen:
            self._reject(request, proposal)

    @action(description="Approve")
    def approve_this(self, request: HttpRequest, proposal: PriceProposal) -> None:
        """From the moment in the form, else from now."""
        self._approve(request, proposal)

    @action(description="Reject")
    def reject_this(self, request: HttpRequest, proposal: PriceProposal) -> None:
        """It will not be a price."""
        self._reject(request, proposal)

    def _approve(self, request: HttpRequest, proposal: PriceProposal) -> None:
        def said() -> str:
            price = proposals.approve(proposal, _person(request))
            return f"{price}: {price.in_words()}."

        self._told(request, said)

    def _reject(self, request: HttpRequest, proposal: PriceProposal) -> None:
        def said() -> str:
            proposals.reject(proposal, _person(request))
            return f"Rejected: {proposal}."

        self._told(request, said)

    def _told(self, request: HttpRequest, act: Callable[[], str]) -> None:
        try:
            self.message_user(request, act())
        except BillingError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: they are read from a source."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The operator, until it is decided."""
        undecided = obj is None or obj.state == PriceProposal.State.PROPOSED
        return undecided and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: who decided what stays."""
        return False


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # the page is closed to whoever has not signed in


def _words(price: PriceFigures) -> str:
    return price.in_words().removeprefix(f"{price.tier}: ")
