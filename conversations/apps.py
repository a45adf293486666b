"""Registers the ground floor with Django."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Tenants, visitors, conversations and their log."""

    name = "conversations"

    def ready(self) -> None:
        """Sign-ins and changes of roles and settings are written down from here on."""
        from conversations import watching  # noqa: F401, PLC0415 - models are loaded only now
