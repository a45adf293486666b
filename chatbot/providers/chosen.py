"""The provider that the environment names, and clients that are kept open."""

import functools

from django.conf import settings
from pydantic import SecretStr

from chatbot.models.providers import fingerprint_of
from chatbot.providers.base import Provider
from chatbot.providers.limits import limits
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.providers.servers import Key, Kind, Server, kind_of


def environment() -> Server:
    """The server of `OPENAI_BASE_URL`; OpenAI's own where that is empty."""
    base_url, version = settings.OPENAI_BASE_URL, settings.OPENAI_API_VERSION
    kind = Kind.AZURE if version else kind_of(base_url)
    return Server(kind=kind, base_url=base_url, api_version=version)


def environment_key() -> Key | None:
    """`OPENAI_API_KEY`; None where it is empty."""
    secret = settings.OPENAI_API_KEY
    if not secret:
        return None
    return Key(SecretStr(secret), fingerprint_of(secret), secret[-4:] if len(secret) >= 16 else "")


def provider() -> Provider:
    """That server with that key, for whoever needs no other."""
    return provider_at(environment(), environment_key())


@functools.lru_cache(maxsize=64)
def provider_at(server: Server, key: Key | None) -> OpenAIChat:
    """One for the whole process, so that its connections are used again."""
    return OpenAIChat(server, key.secret.get_secret_value() if key else None, limits())
