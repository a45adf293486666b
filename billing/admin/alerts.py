"""What managers were told, whether it arrived, and where it is posted."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from billing.models import Alert, AlertHook
from conversations.admin.base import ReadOnlyAdmin, TenantOwnedAdmin
from conversations.roles import Act


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """A tenant's alerts for its managers, the deployment's for its operator; newest first."""

    role_to_view = Act.SPEND
    list_display = ["raised_at", "about", "whose", "why", "do", "delivered"]
    list_filter = ["kind"]
    fields = ["whose", "kind", "raised_at", "why", "do", "numbers", "ways"]
    readonly_fields = ["whose", "numbers", "ways"]
    list_select_related = ["tenant"]
    ordering = ["-raised_at"]

    class Media:
        css = {"all": ["reports/lists.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        """Each with its deliveries."""
        return super().get_queryset(request).prefetch_related("deliveries")

    @display(
        description="about",
        label={"Hard limit reached": "danger", "Soft limit reached": "warning"},
    )
    def about(self, alert: Alert) -> str:
        """The kind, in words."""
        return alert.get_kind_display()

    @admin.display(description="tenant", ordering="tenant__name")
    def whose(self, alert: Alert) -> str:
        """Whom it concerns."""
        return str(alert.tenant or "The whole deployment")

    @admin.display(description="delivered")
    def delivered(self, alert: Alert) -> str:
        """To how many of how many; what was given up is said."""
        every = alert.deliveries.all()
        if not every:
            return "only shown here"
        arrived = sum(one.delivered_at is not None for one in every)
        lost = sum(one.delivered_at is None and one.next_try_at is None for one in every)
        return f"{arrived} of {len(every)}" + (f", {lost} given up" if lost else "")

    @admin.display(description="figures")
    def numbers(self, alert: Alert) -> SafeString | str:
        """One a line, as they were then."""
        lines = format_html_join("", "<li>{}: {}</li>", alert.figures.items())
        return format_html("<ul>{}</ul>", lines) if lines else "-"

    @admin.display(description="deliveries")
    def ways(self, alert: Alert) -> SafeString | str:
        """Each way it took, and how far it came."""
        lines = format_html_join(
            "", "<li>{}</li>", ((one.in_words(),) for one in alert.deliveries.all())
        )
        return (
            format_html("<ul>{}</ul>", lines)
            if lines
            else (
                "Nobody to send it to: no manager has a mail address or this server sends no mail, "
                "and there is no webhook."
            )
        )


@admin.register(AlertHook)
class AlertHookAdmin(TenantOwnedAdmin):
    """Where a tenant's alerts are posted; its managers keep it."""

    role_to_view = Act.SPEND
    list_display = ["tenant", "url"]
    list_display_links = ["url"]
    list_select_related = ["tenant"]
    ordering = ["tenant__name"]

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> list[str]:
        """The secret, as soon as there is one."""
        return ["tenant", "url", "signed_with"] if obj else ["tenant", "url"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> list[str]:
        """A hook stays with its tenant."""
        return ["tenant", "signed_with"] if obj else []

    @admin.display(description="secret")
    def signed_with(self, hook: AlertHook) -> SafeString:
        """What the receiver needs to tell our posts from anybody's."""
        return format_html(
            "<code>{}</code><p>X-Counterfoil-Signature is sha256= and the HMAC-SHA256, in hex, of "
            "X-Counterfoil-Timestamp, a full stop and the body.</p>",
            hook.secret,
        )
