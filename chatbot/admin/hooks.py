"""Which addresses are told what happens, and what became of each post."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from chatbot.hooks.sending import body_of, send_again
from chatbot.models import EventHook, HookDelivery, HookKind
from chatbot.models.encryption import CannotDecrypt
from conversations.admin.base import ReadOnlyAdmin, TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.admin.rights import may
from conversations.models import AuditEntry
from conversations.roles import Act
from conversations.services.audit import record


class EventHookForm(forms.ModelForm):
    """An address and what it is told of."""

    kinds = forms.MultipleChoiceField(
        choices=HookKind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        label="Told of",
    )

    class Meta:
        model = EventHook
        fields = ["tenant", "url", "kinds", "active"]


@admin.register(EventHook)
class EventHookAdmin(TenantOwnedAdmin):
    """A tenant's webhooks for events; its managers keep them."""

    role_to_view = Act.CONFIGURE
    form = EventHookForm
    list_display = ["url", "tenant", "told_of", "active"]
    list_filter = [TenantFilter]
    list_select_related = ["tenant"]
    list_before_template = "admin/chatbot/about.html"
    about = (
        "Addresses of your own systems that are posted what happens, signed, until they answer "
        "2xx or a day has passed. /docs/api/reference/#webhooks on this server says what is sent."
    )
    ordering = ["tenant__name", "url"]

    class Media:
        css = {"all": ["inbox/forms.css"]}

    def get_fields(self, request: HttpRequest, obj: Any | None = None) -> list[str]:
        """The secret, as soon as there is one."""
        fields = ["tenant", "url", "kinds", "active"]
        return [*fields, "signed_with"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> list[str]:
        """A hook stays with its tenant."""
        return ["tenant", "signed_with"] if obj else []

    def save_model(self, request: HttpRequest, obj: EventHook, form: Any, change: bool) -> None:
        """It is kept, and the audit log says so."""
        super().save_model(request, obj, form, change)
        record(AuditEntry.Act.SETTING, obj, url=obj.url, active=obj.active)

    @admin.display(description="told of")
    def told_of(self, hook: EventHook) -> str:
        """The kinds of events."""
        return ", ".join(hook.kinds)

    @admin.display(description="secret")
    def signed_with(self, hook: EventHook) -> SafeString | str:
        """What the receiver needs to tell our posts from anybody's."""
        try:
            secret = hook.secret.reveal().get_secret_value()
        except CannotDecrypt as reason:
            return str(reason)
        return format_html(
            "<code>{}</code><p>webhook-signature is v1, and the base64 of the HMAC-SHA256 of "
            "webhook-id, webhook-timestamp and the body, joined by full stops (Standard "
            "Webhooks).</p>",
            secret,
        )


@admin.register(HookDelivery)
class HookDeliveryAdmin(ReadOnlyAdmin):
    """What was posted or waits to be, newest first; each can be sent again."""

    role_to_view = Act.CONFIGURE
    list_display = ["kind", "hook", "state", "tries", "problem", "at"]
    list_filter = [TenantFilter, "kind"]
    list_select_related = ["hook"]
    list_before_template = "admin/chatbot/about.html"
    about = "What your webhooks were told in the last month. Open one to see it and send it again."
    ordering = ["-pk"]
    paginator = InfinitePaginator
    show_facets = admin.ShowFacets.NEVER
    fields = [
        *("hook", "kind", "message", "at", "state", "tries", "next_try_at", "delivered_at"),
        *("problem", "posted"),
    ]
    readonly_fields = ["message", "state", "posted"]
    change_form_outer_after_template = "admin/chatbot/hookdelivery/again.html"

    class Media:
        css = {"all": ["inbox/forms.css"]}

    @display(
        description="now",
        label={"Arrived": "success", "Given up": "danger", "Failing": "warning"},
    )
    def state(self, delivery: HookDelivery) -> str:
        """How far it came."""
        if delivery.delivered_at:
            return "Arrived"
        if delivery.next_try_at is None:
            return "Given up"
        return "Failing" if delivery.problem else "On its way"

    @admin.display(description="webhook-id")
    def message(self, delivery: HookDelivery) -> str:
        """The same in every try."""
        return f"msg_{delivery.public_id.hex}"

    @admin.display(description="body")
    def posted(self, delivery: HookDelivery) -> SafeString:
        """What is posted, without what was redacted since."""
        return format_html("<code>{}</code>", body_of(delivery).decode())

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and sending again."""
        again = path(
            "<int:pk>/again/",
            self.admin_site.admin_view(self.again),
            name="chatbot_hookdelivery_again",
        )
        return [again, *super().get_urls()]

    @method_decorator(require_POST)
    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """It is on its way once more; back to its page."""
        delivery = self.get_object(request, str(pk))
        if delivery is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not may(request, Act.CONFIGURE, delivery.tenant_id):
            raise PermissionDenied
        send_again(delivery)
        messages.success(request, "It is on its way again.")
        return HttpResponseRedirect(reverse("admin:chatbot_hookdelivery_change", args=[pk]))
