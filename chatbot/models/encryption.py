"""Secrets that lie in the database encrypted."""

import base64
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.db import models
from pydantic import SecretStr

if TYPE_CHECKING:
    AnyText = models.TextField[Any, Any]
else:
    AnyText = models.TextField


class CannotDecrypt(Exception):
    """The secret was encrypted with a key that is gone; it says how to bring that key back."""


def cipher() -> MultiFernet:
    """Encrypts with the first key in `FIELD_KEY`, and reads what any of them has encrypted.

    `SECRET_KEY` comes last, so a deployment that names no keys uses that,
    and one that names some later can still read what is there.
    """
    return MultiFernet(
        [Fernet(_key_of(one)) for one in (*settings.FIELD_KEYS, settings.SECRET_KEY)]
    )


def encrypted(secret: str) -> str:
    """The secret as it may lie in a table."""
    return cipher().encrypt(secret.encode()).decode()


def decrypted(token: str) -> SecretStr:
    """What was encrypted; `CannotDecrypt` where the key for it is gone."""
    try:
        return SecretStr(cipher().decrypt(token.encode()).decode())
    except InvalidToken:
        raise CannotDecrypt(
            "A secret in the database was encrypted with another key. Put the key that it was "
            "encrypted with (an earlier SECRET_KEY, for example) at the end of FIELD_KEY, "
            "or enter the secret anew."
        ) from None


def _key_of(secret: str) -> bytes:
    """A Fernet key that only this secret gives; its own purpose, so no signature reveals it."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"counterfoil: secrets at rest")
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))


class EncryptedTextField(AnyText):
    """Text that lies encrypted, is `SecretStr` in Python, and cannot be searched.

    A row is read without decrypting anything: `reveal` does, where it is used.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypted, unless it is what lay there."""
        if isinstance(value, SecretStr):
            return encrypted(value.get_secret_value())
        if isinstance(value, Sealed) or value is None:
            return value and value.token
        return encrypted(str(value))

    def from_db_value(self, value: Any, *_: Any) -> "Sealed | None":
        """As it lies there."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """What a form or a caller gave."""
        return SecretStr(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        """Nothing: a dump of the database must not hold it."""
        return ""


class Sealed:
    """A secret as it lies in the table; nothing of it shows."""

    def __init__(self, token: str) -> None:
        self.token = token

    def reveal(self) -> SecretStr:
        """The secret; `CannotDecrypt` where the key for it is gone."""
        return decrypted(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __repr__(self) -> str:
        return "Sealed('**********')"

    __str__ = __repr__


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Every model with something encrypted, and the name of that field."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def reencrypt(row: models.Model, name: str) -> bool:
    """The row's secret is encrypted with the newest key; False where there is none.

    Refused with `CannotDecrypt` where no key opens it.
    """
    sealed = getattr(row, name)
    if not isinstance(sealed, Sealed):
        return False
    fresh = encrypted(sealed.reveal().get_secret_value())
    rows = type(row)._base_manager.filter(pk=row.pk, **{name: sealed})
    return bool(rows.update(**{name: Sealed(fresh)}))
