"""Registers the engine with Django and makes its Celery app the current one."""

from django.apps import AppConfig

from chatbot import passkeys


class ChatbotConfig(AppConfig):
    """Front door and engine."""

    name = "chatbot"

    def ready(self) -> None:
        """Tasks are bound to the app in `chatbot/celery.py` from here on."""
        passkeys.do_without()
        from chatbot import celery  # noqa: F401, PLC0415 - settings are complete only now
        from chatbot.hooks import hearing  # noqa: PLC0415 - models are there only now

        hearing.listen()
