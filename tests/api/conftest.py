"""What tests of the REST API begin with."""

import pytest

from chatbot.models import Scope
from tests.api.programs import program


@pytest.fixture
def program_of_cleo(acme, cleo):
    """A program with every scope of a tenant, made by Acme's manager."""
    return program(acme, cleo, *(one for one in Scope if one != Scope.TENANTS))


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Nobody is called to write replies: the rows are what these tests look at."""
    monkeypatch.setattr("chatbot.intake.call_a_worker", lambda: None)
