"""Registers the ground floor with Django."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Tenants, visitors, conversations and their log."""

    name = "conversations"
