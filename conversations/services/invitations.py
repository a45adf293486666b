"""The way in for somebody whose account has no password yet."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse


def link_for(user: Any) -> str:
    """The path of a page where this person, and whoever has the link, chooses the password.

    It works once, and for as long as `PASSWORD_RESET_TIMEOUT` says.
    """
    key = default_token_generator.make_token(user)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
