"""The provider this deployment is set up with."""

import functools

from django.conf import settings

from chatbot.providers.base import Provider
from chatbot.providers.openai_chat import OpenAIChat


@functools.cache
def provider() -> Provider:
    """One provider for the whole process, so that its connections are used again."""
    return OpenAIChat(api_key=settings.OPENAI_API_KEY, base_url=settings.OPENAI_BASE_URL)
