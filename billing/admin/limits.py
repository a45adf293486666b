"""How much may be spent."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.errors import Unpriced
from billing.models import Budget, SpendLimit
from billing.money import shown
from billing.selectors.limits import newest_budgets, state_of
from billing.services.prices import price_at
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.rights import runs_the_deployment
from conversations.roles import Act

LIMITED = ["soft", "hard", "at_hard", "cheaper_model"]
KIND = ["tenant", "scope", "period"]


class SpendLimitForm(forms.ModelForm):
    """Shows amounts without the decimals that only the books need."""

    class Meta:
        model = SpendLimit
        fields = [*KIND, *LIMITED]
        labels = {
            "scope": "Counts the spending of",
            "period": "Begins anew after",
            "soft": "Soft limit, US dollars",
            "hard": "Hard limit, US dollars",
            "at_hard": "At the hard limit",
        }
        help_texts = {
            "period": "Of the tenant's time zone; for the whole deployment, of its own.",
            "soft": "Managers are alerted once a period when spending reaches it. Nothing else "
            "changes.",
            "hard": "Never passed: the most a call can cost is set aside before it is made.",
            "cheaper_model": "Where a cheaper model is to answer: its name. It needs a price.",
        }

    def clean_cheaper_model(self) -> str:
        """Refused where the model has no price, because it could not be called then."""
        model = self.cleaned_data["cheaper_model"].strip()
        if model:
            try:
                price_at(model, timezone.now(), self._tenant_id())
            except Unpriced as reason:
                raise forms.ValidationError(str(reason)) from None
        return model

    def _tenant_id(self) -> int | None:
        """Whose aliases count; a limit that is there already keeps its tenant."""
        chosen = self.cleaned_data.get("tenant")
        return chosen.pk if chosen else self.instance.tenant_id

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("soft", "hard"):
            amount = getattr(self.instance, name)
            if amount is not None:
                self.initial[name] = f"{amount.normalize():f}"


@admin.register(SpendLimit)
class SpendLimitAdmin(TenantOwnedAdmin):
    """Limits for managers of the tenant, and the whole deployment's for its operator."""

    role_to_view = Act.SPEND
    form = SpendLimitForm
    list_display = ["limits", "period", "soft_limit", "hard_limit", "at_hard", "used"]
    list_display_links = ["limits"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name", "scope", "period"]

    def get_fields(self, request: HttpRequest, obj: SpendLimit | None = None) -> list[str]:
        """What is used of a limit, as soon as there is one."""
        return [*KIND, *LIMITED, "periods"] if obj else [*KIND, *LIMITED]

    def get_readonly_fields(self, request: HttpRequest, obj: SpendLimit | None = None) -> list[str]:
        """What a limit counts stays as it is; another count is another limit."""
        return [*KIND, "periods"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: SpendLimit | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Only the operator may leave the tenant out, for a limit of the whole deployment."""
        form = super().get_form(request, obj, **kwargs)
        if "tenant" in form.base_fields and not runs_the_deployment(request):
            form.base_fields["tenant"].required = True
        return form

    @admin.display(description="limit", ordering="tenant__name")
    def limits(self, limit: SpendLimit) -> str:
        """Whose spending it limits."""
        return limit.whose()

    @admin.display(description="soft limit", ordering="soft")
    def soft_limit(self, limit: SpendLimit) -> str:
        """In dollars."""
        return "-" if limit.soft is None else shown(limit.soft)

    @admin.display(description="hard limit", ordering="hard")
    def hard_limit(self, limit: SpendLimit) -> str:
        """In dollars."""
        return "-" if limit.hard is None else shown(limit.hard)

    @admin.display(description="used now")
    def used(self, limit: SpendLimit) -> str:
        """What the running period has used; of all visitors together where each has the limit."""
        state = state_of(limit)
        return f"{shown(state.spent)} spent, {shown(state.held)} held"

    @admin.display(description="used so far")
    def periods(self, limit: SpendLimit) -> SafeString | str:
        """What the last twelve periods used of it."""
        lines = format_html_join(
            "",
            "<li>{}: {} spent, {} held for open calls</li>",
            (
                (_named(limit, budget), shown(budget.spent), shown(budget.held))
                for budget in newest_budgets(limit)
            ),
        )
        return format_html("<ul>{}</ul>", lines) if lines else "Nothing under this limit yet."


def _named(limit: SpendLimit, budget: Budget) -> str:
    month = limit.period == SpendLimit.Period.MONTH
    day = f"{budget.first_day:%B %Y}" if month else f"{budget.first_day:%d %b %Y}"
    return f"{day}, {budget.visitor}" if budget.visitor else day
