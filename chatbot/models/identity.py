"""How a site vouches for its visitors: secrets, and tokens that were used."""

import secrets

from django.db import models
from pydantic import SecretStr

from chatbot.models.encryption import EncryptedTextField
from conversations.models import TenantOwned

MOST_LIVE = 2


def new_secret() -> str:
    """256 random bits, as HS256 wants them."""
    return secrets.token_urlsafe(32)


class IdentitySecret(TenantOwned):
    """A secret that a tenant's server signs its visitors' tokens with.

    Two may be live, so that one can follow the other without a moment at
    which tokens are refused. It is shown once, when it is made.
    """

    secret = EncryptedTextField()
    last_four = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"…{self.last_four}"

    def set_secret(self, secret: str) -> None:
        """It will sign with this from the next save on."""
        self.secret = SecretStr(secret)
        self.last_four = secret[-4:]


class UsedToken(TenantOwned):
    """A token that identified somebody; until it expires it identifies nobody again."""

    jti = models.CharField(max_length=200)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "jti"], name="one_use_per_token"),
        ]

    def __str__(self) -> str:
        return self.jti
