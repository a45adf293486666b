"""Who may do what, and who belongs."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations import access
from conversations.models import Membership, Tenant
from conversations.roles import RANKS, Act, Role, who_may
from conversations.services import people
from conversations.services.invitations import link_for
from conversations.views.reaching import reached_tenant, refuse_where_nowhere


class InviteForm(forms.Form):
    """Whom to take in, and as what."""

    name = forms.CharField(
        max_length=150,
        label="Mail address, or the name they sign in with",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(choices=Role.choices, initial=Role.AGENT)


@require_safe
def who_may_what(request: HttpRequest) -> HttpResponse:
    """The table of roles as it stands in the code, and where the reader has which role."""
    refuse_where_nowhere(request, Act.READ)
    context = {
        "title": "Who may do what",
        "roles": [(role, role.label.partition(":")[0]) for role in RANKS],
        "acts": [(act.label, [role in who_may(act) for role in RANKS]) for act in Act],
        "mine": access.memberships_of(request.user).order_by("tenant__name"),
        "owned": access.tenants_of(request.user, Act.OWN),
    }
    return render(request, "house/roles.html", admin.site.each_context(request) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to the tenant; posted, somebody more does."""
    tenant = reached_tenant(request, Act.OWN, slug)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joined = people.take_in(
                tenant, form.cleaned_data["name"], Role(form.cleaned_data["role"])
            )
        except people.NotTaken as reason:
            form.add_error("name", str(reason))
        else:
            _tell(request, tenant, joined)
            return redirect("house:members", slug)
    context = {
        "title": f"People of {tenant}",
        "tenant": tenant,
        "members": _members(tenant),
        "roles": Role.choices,
        "form": form,
    }
    status = 400 if form.is_bound else 200
    whole = admin.site.each_context(request) | context
    return render(request, "house/members.html", whole, status=status)


@require_POST
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The member has the posted role, or belongs no more; back to the list."""
    tenant = reached_tenant(request, Act.OWN, slug)
    one = get_object_or_404(_members(tenant), pk=pk)
    name = str(one.user)
    try:
        if "remove" in request.POST:
            people.let_go(one)
            messages.success(request, f"{name} belongs no more. Open pages of theirs end now.")
        else:
            role = forms.ChoiceField(choices=Role.choices).clean(request.POST.get("role"))
            people.change_role(one, Role(role))
            messages.success(request, f"{name} is {one.get_role_display().partition(':')[0]} now.")
    except (people.NotTaken, forms.ValidationError) as reason:
        messages.error(request, "; ".join(getattr(reason, "messages", [str(reason)])))
    return redirect("house:members", slug)


def _members(tenant: Tenant) -> Any:
    rows = Membership.objects.filter(tenant=tenant).select_related("user")
    return rows.order_by("user__username")


def _tell(request: HttpRequest, tenant: Tenant, joined: people.Joined) -> None:
    """The new member's way in, by mail where there is mail, else on the page to be passed on."""
    user: Any = joined.membership.user
    if not joined.is_new:
        messages.success(request, f"{user} belongs to {tenant} now.")
        return
    link = settings.PUBLIC_URL + link_for(user)
    if settings.EMAIL_HOST:
        send_mail(
            f"You belong to {tenant} now",
            f"{request.user} has invited you to {tenant}. Choose a password here, "
            f"within three days:\n\n{link}\n",
            None,
            [user.email],
            fail_silently=True,
        )
        messages.success(request, f"{user} was invited by mail.")
    else:
        messages.warning(
            request, f"{user} has an account now. No mail is set up here; pass this on: {link}"
        )
