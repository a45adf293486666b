"""How much tenants may spend."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing.models import SpendLimit
from billing.money import shown
from billing.selectors.limits import newest_budgets
from conversations.admin.base import TenantOwnedAdmin
from conversations.models import Membership


class SpendLimitForm(forms.ModelForm):
    """Shows the limit without the decimals that only the books need."""

    class Meta:
        model = SpendLimit
        fields = ["tenant", "monthly"]
        labels = {"monthly": "US dollars a month"}
        help_texts = {
            "monthly": "In a calendar month of the tenant's time zone. At the limit the bot stops "
            "and asks visitors to turn to a person."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["monthly"] = f"{self.instance.monthly.normalize():f}"


@admin.register(SpendLimit)
class SpendLimitAdmin(TenantOwnedAdmin):
    """A tenant's limit, for its managers; with what each month has used of it."""

    role_to_view = Membership.Role.MANAGER
    form = SpendLimitForm
    list_display = ["tenant", "monthly_limit"]
    list_display_links = ["tenant"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]

    def get_fields(self, request: HttpRequest, obj: SpendLimit | None = None) -> list[str]:
        """What is used of a limit, as soon as there is one."""
        return ["tenant", "monthly", "months"] if obj else ["tenant", "monthly"]

    def get_readonly_fields(self, request: HttpRequest, obj: SpendLimit | None = None) -> list[str]:
        """A limit stays with its tenant."""
        return ["tenant", "months"] if obj else []

    @admin.display(description="monthly limit", ordering="monthly")
    def monthly_limit(self, limit: SpendLimit) -> str:
        """In dollars."""
        return shown(limit.monthly)

    @admin.display(description="used so far")
    def months(self, limit: SpendLimit) -> SafeString | str:
        """What the last twelve months used of it."""
        lines = format_html_join(
            "",
            "<li>{}: {} spent, {} held for open calls</li>",
            (
                (f"{b.month:%B %Y}", shown(b.spent), shown(b.held))
                for b in newest_budgets(limit.tenant)
            ),
        )
        return format_html("<ul>{}</ul>", lines) if lines else "Nothing under this limit yet."
