"""How often a manager is mailed what was spent."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import modelformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from conversations import access
from conversations.admin.rights import manages_a_tenant
from conversations.models import Membership
from conversations.roles import Act

Choices = modelformset_factory(Membership, fields=["digest"], extra=0)


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: HttpRequest) -> HttpResponse:
    """The reader's own choice for each tenant that they manage; nobody else's can be changed."""
    if not manages_a_tenant(request):
        raise PermissionDenied
    mine = access.memberships_of(request.user, Act.SPEND).order_by("tenant__name")
    choices = Choices(request.POST or None, queryset=mine)
    if request.method == "POST" and choices.is_valid():
        choices.save()
        messages.success(request, "Your choice is kept.")
        return redirect("billing:digest")
    context = admin.site.each_context(request) | {
        "title": "Spend by mail",
        "choices": choices,
        "address": getattr(request.user, "email", ""),
    }
    status = 400 if choices.is_bound else 200
    return render(request, "billing/digest.html", context, status=status)
