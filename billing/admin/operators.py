"""Pages of the till that hold for every tenant, so they are the operator's alone."""

from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from conversations.admin.rights import runs_the_deployment


class OperatorAdmin(ModelAdmin):
    """Whoever runs the deployment may do everything here, and nobody else anything."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The operator only."""
        return runs_the_deployment(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The operator only; the database refuses where the books need the row."""
        return runs_the_deployment(request)
