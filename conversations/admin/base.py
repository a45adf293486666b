"""What every admin page of a tenant's things has in common."""

from typing import Any

from django.db.models import ForeignKey, ManyToManyField, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from conversations import access
from conversations.admin.rights import runs_the_deployment, tenant_ids
from conversations.models import Tenant, TenantOwned
from conversations.roles import Act, Role


class TenantOwnedAdmin(ModelAdmin):
    """Shows and links rows of the user's own tenants only; the role opens the page.

    Rights come from the table in `roles.py`, not from Django's permission tables,
    so taking one away takes effect with the next request.
    """

    # acts of `roles.py`; a role stands for itself and those above it
    role_to_view: Act | Role = Act.READ
    role_to_change: Act | Role | None = Act.CONFIGURE
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The rows of the user's tenants, in the page's own order."""
        rows = access.visible(request.user, self.model, self.role_to_view)
        return rows.order_by(*self.get_ordering(request))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """A choice offers nothing of another tenant."""
        related = db_field.related_model
        if related is Tenant:
            kwargs["queryset"] = access.tenants_of(request.user, self.role_to_change or Act.OWN)
        elif isinstance(related, type) and issubclass(related, TenantOwned):
            kwargs["queryset"] = access.visible(request.user, related)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """As for a single choice."""
        related = db_field.related_model
        if isinstance(related, type) and issubclass(related, TenantOwned):
            kwargs["queryset"] = access.visible(request.user, related)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _may(self, request: HttpRequest, role: Act | Role | None, obj: TenantOwned | None) -> bool:
        if role is None:
            return False
        if obj is not None and obj.tenant_id is None:
            return runs_the_deployment(request)
        tenants = tenant_ids(request, role)
        return bool(tenants) if obj is None else obj.tenant_id in tenants

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may view rows sees the page in the menu."""
        return self._may(request, self.role_to_view, None)

    def has_view_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """The role to view, at the object's own tenant."""
        return self._may(request, self.role_to_view, obj)

    def has_change_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """The role to change, at the object's own tenant."""
        return self._may(request, self.role_to_change, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The role to change, at any tenant."""
        return self._may(request, self.role_to_change, None)

    def has_delete_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """The role to change, at the object's own tenant."""
        return self._may(request, self.role_to_change, obj)


class ReadOnlyAdmin(TenantOwnedAdmin):
    """A page to look at: rows come from the product's work, never from a form."""

    role_to_change = None


class ReadOnlyInline(TabularInline):
    """Rows to look at below the object they belong to, for whoever sees that object."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Whoever sees the object."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Nobody: rows come from the product's work."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: TenantOwned | None = None) -> bool:
        """Nobody."""
        return False
