"""What a tenant's people work with: labels, canned replies, and how they share the work."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator

from conversations import access
from conversations.admin.base import TenantOwnedAdmin
from conversations.admin.filters import TenantFilter
from conversations.models import CannedReply, DeskSettings, Label
from conversations.roles import Act


class OfOneTenant(TenantOwnedAdmin):
    """A thing that stays with its tenant, which is chosen by itself where there is only one."""

    list_select_related = ["tenant"]
    list_filter = [TenantFilter]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The tenant, once it is chosen."""
        return ["tenant"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The tenant, where there is only one to choose."""
        managed = access.tenants_of(request.user, Act.CONFIGURE)[:2]
        only = {"tenant": managed[0].pk} if len(managed) == 1 else {}
        return only | super().get_changeform_initial_data(request)


@admin.register(Label)
class LabelAdmin(OfOneTenant):
    """Renamed here, every conversation that has it has the new name."""

    list_display = ["name", "tenant"]
    ordering = ["name"]
    search_fields = ["name"]
    fields = ["tenant", "name"]


@admin.register(CannedReply)
class CannedReplyAdmin(OfOneTenant):
    """What staff write often; managers keep them, staff look them up."""

    list_display = ["__str__", "begins", "tenant"]
    ordering = ["name"]
    search_fields = ["name", "text"]
    fields = ["tenant", "name", "text"]

    @admin.display(description="text")
    def begins(self, reply: CannedReply) -> str:
        """How it begins."""
        return Truncator(reply.text).chars(100)


@admin.register(DeskSettings)
class DeskSettingsAdmin(OfOneTenant):
    """One page a tenant; without one there is no target and nothing goes by turn."""

    role_to_view = Act.CONFIGURE
    list_display = ["__str__", "first_answer_minutes", "assigns_by_turn"]
    list_filter = []
    ordering = ["tenant__name"]
    fields = ["tenant", "first_answer_minutes", "assigns_by_turn"]
