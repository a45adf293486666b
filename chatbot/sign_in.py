"""How staff sign in: who may, with which second factor, and in which look.

django-allauth does it; here stands what differs from its defaults.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware
from django.utils.html import format_html

from chatbot.models.encryption import decrypted, encrypted
from conversations.models import AuditEntry
from conversations.services.audit import record_of_person

REQUIRED = "required"
STAFF_PAGES = "/admin/"
ALLOWED_WITHOUT = ("/admin/logout/", "/admin/jsi18n/")


class StaffOnly(DefaultAccountAdapter):
    """Nobody makes an account here: owners invite, and the operator adds."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):
    """Whoever comes by OpenID Connect must have an account of the same, verified mail address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False


class SealedFactors(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted, as provider keys do."""

    def encrypt(self, text: str) -> str:
        """As it may lie in the table."""
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was encrypted; `CannotDecrypt` where the key for it is gone."""
        return decrypted(encrypted_text).get_secret_value()


def reencrypt_factors() -> int:
    """Every second factor is encrypted with the newest key; returns how many."""
    rotated = 0
    for factor in Authenticator.objects.all():
        data = dict(factor.data)
        for name in ("secret", "seed"):
            if name in data:
                data[name] = encrypted(decrypted(data[name]).get_secret_value())
                rotated += 1
        Authenticator.objects.filter(pk=factor.pk, data=factor.data).update(data=data)
    return rotated


def look(request: HttpRequest) -> dict[str, Any]:
    """What the admin's templates want to know, for the pages of the sign-in."""
    if not request.path.startswith("/account/"):
        return {}
    return admin.site.each_context(request)


@sync_and_async_middleware
def asks_for_second_factor(answer: Callable[[HttpRequest], Any]) -> Any:
    """Where the operator requires a second factor, staff without one are led to make one."""
    if iscoroutinefunction(answer):
        missing = sync_to_async(lacks_required_factor)

        async def later(request: HttpRequest) -> Any:
            if _is_staff_page(request) and await missing(request):
                return redirect("mfa_activate_totp")
            return await answer(request)

        return later

    def now(request: HttpRequest) -> Any:
        if _is_staff_page(request) and lacks_required_factor(request):
            return redirect("mfa_activate_totp")
        return answer(request)

    return now


def _is_staff_page(request: HttpRequest) -> bool:
    return (
        settings.SECOND_FACTOR == REQUIRED
        and request.path.startswith(STAFF_PAGES)
        and not request.path.startswith(ALLOWED_WITHOUT)
    )


def lacks_required_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in who must have a second factor and has none."""
    user = request.user
    return user.is_authenticated and not is_mfa_enabled(user)


@receiver(user_logged_in)
def advise(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Who signs in without a second factor is told where to make one."""
    if request is None or not hasattr(request, "_messages") or is_mfa_enabled(user):
        return
    page = reverse("mfa_index")
    advice = 'Your password alone opens this. <a href="{}">Add a second factor</a>'
    messages.info(request, format_html(advice, page))


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def factor_changed(sender: Any, signal: Any, user: Any, authenticator: Any, **_: Any) -> None:
    """A second factor that came or went stands in the audit log."""
    done = {authenticator_added: "added", authenticator_removed: "removed"}.get(signal, "renewed")
    record_of_person(AuditEntry.Act.FACTOR, user, kind=authenticator.type, done=done)
