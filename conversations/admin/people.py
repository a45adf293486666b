"""Accounts of staff, in the look of the other pages."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as PlainUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from conversations.models import AuditEntry
from conversations.services.audit import record_of_person

# Rights come from memberships; Django's groups would only mislead.
admin.site.unregister(Group)
admin.site.unregister(User)
# Addresses and foreign accounts are the person's own; second factors are reset below.
for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(PlainUserAdmin, ModelAdmin):
    """Who may sign in; what they may see there is said by their memberships."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "email", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    filter_horizontal = []
    actions = ["reset_second_factor"]

    @admin.action(description="Take the second factor away, as for a lost phone")
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """The chosen people sign in with their password alone until they make a new one."""
        for user in queryset:
            Authenticator.objects.filter(user=user).delete()
            record_of_person(AuditEntry.Act.FACTOR, user, done="reset", by=str(request.user))
        messages.success(request, f"{len(queryset)} people sign in with their password alone.")
