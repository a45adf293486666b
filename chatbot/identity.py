"""Whether a site vouches for its visitor: tokens that its server signed, each good once."""

import datetime

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from chatbot.models import IdentitySecret, UsedToken
from chatbot.models.identity import MOST_LIVE, new_secret
from conversations.models import Tenant
from conversations.services.identity import Person
from conversations.services.refusals import Refused

# A stolen token is worth little: it says who somebody was a quarter of an hour ago.
LONGEST_SECONDS = 15 * 60
# How far the site's clock may be from ours.
LEEWAY_SECONDS = 30
MOST_TOKEN_CHARACTERS = 4000
ALGORITHM = "HS256"
CLAIMS = ["exp", "aud", "sub", "jti"]


class BadIdentity(Refused):
    """The site does not vouch for this; the text says to the site's developer what is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__("bad_identity", text)


def person_in(tenant: Tenant, token: str) -> Person:
    """Who the tenant's server says this is; the token says it to nobody again.

    `BadIdentity` unless the token is signed with a live secret by HS256,
    is made for this tenant (`aud` is its public key), expires within
    `LONGEST_SECONDS`, and has a `jti` that was not used before.
    """
    claims = _claims(tenant, token)
    expires = datetime.datetime.fromtimestamp(claims["exp"], datetime.UTC)
    if expires > timezone.now() + datetime.timedelta(seconds=LONGEST_SECONDS + LEEWAY_SECONDS):
        raise BadIdentity("Let exp be at most 15 minutes from now.")
    user_id, jti = _text(claims, "sub"), _text(claims, "jti")
    if not user_id or not jti:
        raise BadIdentity("sub is your id of the user, jti a new one of the token; neither empty.")
    person = Person(user_id, _text(claims, "name"), _address(claims))
    _use(tenant, jti, expires)
    return person


def _claims(tenant: Tenant, token: str) -> dict:
    secrets = list(IdentitySecret.objects.filter(tenant=tenant).order_by("-pk")[:MOST_LIVE])
    if not secrets:
        raise BadIdentity("Make a secret under Widget identity in the admin first.")
    if len(token) > MOST_TOKEN_CHARACTERS:
        raise BadIdentity(f"The token has more than {MOST_TOKEN_CHARACTERS} characters.")
    why = "Sign the token with a live secret, by HS256."
    for secret in secrets:
        try:
            return jwt.decode(
                token,
                secret.secret.reveal().get_secret_value(),
                algorithms=[ALGORITHM],
                audience=tenant.public_key,
                leeway=LEEWAY_SECONDS,
                options={"require": CLAIMS, "strict_aud": True, "verify_iat": False},
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError:
            why = "The token has expired; make a new one for every page."
        except jwt.InvalidAudienceError:
            why = "aud is this tenant's public key."
        except jwt.MissingRequiredClaimError as missing:
            why = f"The token has no {missing.claim}."
        except (jwt.InvalidTokenError, ValueError, TypeError, RecursionError):
            why = "This is no token signed by HS256."
        break
    raise BadIdentity(why)


def _text(claims: dict, name: str) -> str:
    value = claims.get(name, "")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadIdentity(f"{name} is a text.")
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode().strip()
    if len(text) > 200:
        raise BadIdentity(f"{name} has at most 200 characters.")
    return text


def _address(claims: dict) -> str:
    email = _text(claims, "email")
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise BadIdentity("email is no mail address.") from None
    return email


def _use(tenant: Tenant, jti: str, expires: datetime.datetime) -> None:
    gone = timezone.now() - datetime.timedelta(seconds=2 * LEEWAY_SECONDS)
    UsedToken.objects.filter(tenant=tenant, expires_at__lt=gone).delete()
    try:
        with transaction.atomic():
            UsedToken.objects.create(tenant=tenant, jti=jti, expires_at=expires)
    except IntegrityError:
        raise BadIdentity("This token was used before; make a new one for every page.") from None


@transaction.atomic
def add_secret(tenant: Tenant) -> str:
    """A new secret is live, and returned this once; of more than two the oldest are gone."""
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    secret = new_secret()
    row = IdentitySecret(tenant=tenant)
    row.set_secret(secret)
    row.save()
    live = IdentitySecret.objects.filter(tenant=tenant).order_by("-pk")[:MOST_LIVE]
    IdentitySecret.objects.filter(tenant=tenant).exclude(pk__in=[one.pk for one in live]).delete()
    return secret
