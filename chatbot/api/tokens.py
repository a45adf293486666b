"""Whose request it is, how often it asks, and what it may do."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from ninja.security import HttpBearer

from chatbot.api.problems import Problem
from chatbot.models import ApiToken, Scope
from chatbot.models.api import ACTS
from conversations.access import tenants_of
from conversations.models import Tenant
from conversations.tokens import hash_of

MINUTE = 60
# Found and counted by one statement, so that processes need not agree on anything.
KNOW = """
UPDATE chatbot_apitoken
   SET last_used_at = statement_timestamp(),
       minute = CASE WHEN minute > statement_timestamp() - interval '1 minute'
                     THEN minute ELSE statement_timestamp() END,
       asked = CASE WHEN minute > statement_timestamp() - interval '1 minute'
                    THEN asked + 1 ELSE 1 END
 WHERE token_hash = %s AND coalesce(expires_at, 'infinity') > statement_timestamp()
RETURNING id, ceil(extract(epoch FROM minute + interval '1 minute' - statement_timestamp()))
"""
MOST_HEADER_CHARACTERS = 200


def token_in(authorization: str) -> ApiToken:
    """The token that this header brings, counted; a `Problem` where it opens nothing.

    So is the request beyond `API_REQUESTS_PER_MINUTE`.
    """
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem(401, "no_token", "Send the header Authorization: Bearer cf_….")
    if len(secret) > MOST_HEADER_CHARACTERS:
        raise _unknown()
    with connection.cursor() as cursor:
        cursor.execute(KNOW, [hash_of(secret.strip())])
        row = cursor.fetchone()
    token = row and ApiToken.objects.select_related("person", "tenant").filter(pk=row[0]).first()
    if not token or not token.person.is_active:
        raise _unknown()
    if token.asked > settings.API_REQUESTS_PER_MINUTE:
        text = f"This token may ask {settings.API_REQUESTS_PER_MINUTE} times a minute; wait."
        raise Problem(429, "too_many", text, after=max(1, int(row[1])))
    return token


def _unknown() -> Problem:
    return Problem(401, "bad_token", "This token is unknown, withdrawn or has ended; make another.")


def may(token: ApiToken, scope: Scope) -> None:
    """Nothing happens where the token has the scope and its person the right; else a `Problem`."""
    if scope not in token.scopes:
        raise Problem(403, "no_scope", f"This token has no scope {scope.value}.")
    if scope == Scope.TENANTS:
        allowed = token.tenant_id is None and token.person.is_superuser
    else:
        mine = tenants_of(token.person, ACTS[scope])
        allowed = token.tenant_id is not None and mine.filter(pk=token.tenant_id).exists()
    if not allowed:
        text = "The person who made this token may not do this here (any more)."
        raise Problem(403, "no_right", text)


class Token(HttpBearer):
    """Opens an operation to tokens with this scope; every operation names one."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        """The token, which the door has read already; a `Problem` where it lacks the scope."""
        token = token_of(request)
        may(token, self.scope)
        return token

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Not asked: the door has read the header."""
        raise NotImplementedError


def token_of(request: HttpRequest) -> ApiToken:
    """The token that the door has read."""
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    return token


def tenant_of(request: HttpRequest) -> Tenant:
    """The tenant that the token is of; only for operations that are no operator's."""
    tenant = token_of(request).tenant
    if tenant is None:  # never: `may` has refused it
        raise Problem(403, "no_right", "This token is of no tenant.")
    return tenant
