"""A mail server that keeps what it is sent."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from chatbot.boot.ports import free_port


class Kept:
    """The messages that came, oldest first; while `refusing`, each is turned away for now."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusing = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """As aiosmtpd asks it."""
        if self.refusing:
            return "451 Try again later"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append(message)
        return "250 OK"


@contextmanager
def mail_server(settings: Any) -> Iterator[Kept]:
    """Inside, Django's mail goes over SMTP to a server of this machine; yields what it keeps."""
    kept = Kept()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    try:
        yield kept
    finally:
        server.stop()


@contextmanager
def mail_taken() -> Iterator[dict[str, str]]:
    """Inside, a server takes any mail; yields the environment of those who send it."""
    server = Controller(Kept(), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        yield {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port), "EMAIL_TLS": "none"}
    finally:
        server.stop()
