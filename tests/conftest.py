"""The parts that tests share: the running product, and the cast.

Two tenants, Acme and Globex. Ada is a visitor of Acme, Ben is staff there
and Cleo a manager; Mallory is an owner of Globex, who must see nothing of
Acme.
"""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from chatbot.bench.stack import Stack
from chatbot.providers.breaker import breaker
from conversations import outside
from conversations.models import Tenant
from tests import factories
from tests.mail import mail_taken


@pytest.fixture(scope="session")
def stack(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stack]:
    """The product as real processes on the test database; demo model, web and one worker.

    Its mail goes to a server of this machine, so it offers all that needs mail.
    """
    with django_db_blocker.unblock(), mail_taken() as environment:
        running = Stack(environment=environment)
        with running:
            yield running


@pytest.fixture
def live(stack: Stack, transactional_db: None) -> Iterator[Stack]:
    """The running product with a well-behaved model and an empty database of its own."""
    stack.behave([])
    breaker().board.clear()
    factories.make_price()
    yield stack
    stack.behave([])
    stack.wait_until_idle()


@pytest.fixture
def acme(db: None) -> Tenant:
    """The tenant that tests are about."""
    return factories.make_tenant("Acme")


@pytest.fixture
def globex(db: None) -> Tenant:
    """The other tenant."""
    return factories.make_tenant("Globex")


@pytest.fixture
def ben(acme: Tenant) -> Any:
    """Staff of Acme: an agent."""
    return factories.make_member(acme, "ben", "agent")


@pytest.fixture
def cleo(acme: Tenant) -> Any:
    """Manager of Acme."""
    return factories.make_member(acme, "cleo", "manager")


@pytest.fixture
def mallory(globex: Tenant) -> Any:
    """Owner of Globex."""
    return factories.make_member(globex, "mallory", "owner")


@pytest.fixture
def no_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers and `localhost` are looked up as always; other names are unknown, at once."""
    look_up = socket.getaddrinfo

    def numbers_only(
        host: str, port: int, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> Any:
        if host.rstrip(".").lower() != "localhost":
            flags = socket.AI_NUMERICHOST
        return look_up(host, port, family, type, proto, flags)

    monkeypatch.setattr(outside.socket, "getaddrinfo", numbers_only)
