"""A tenant whose bot is asked by a demo model process."""

import pytest

from chatbot.knowledge.ingest import store_document
from chatbot.providers import directory
from chatbot.providers.breaker import breaker
from tests import factories
from tests.chatbot.test_course_of_a_turn import clients  # noqa: F401 - fixture
from tests.demo_model.conftest import _shared_demo, demo, start_demo  # noqa: F401 - fixtures

FAST = {"match": "*", "first_token_ms": 0, "token_ms": 0}
TEXT = "# Returns\n\nReturns take thirty days and are free.\n"


@pytest.fixture
def demo_model(demo, settings, db):  # noqa: F811
    """What the environment names; two of its models have a price."""
    settings.OPENAI_BASE_URL = f"http://127.0.0.1:{demo.port}/v1"
    settings.OPENAI_API_KEY = "sk-of-the-environment"
    settings.CHAT_MODEL = "demo-1"
    factories.make_price()
    factories.make_price("demo-1-mini", input="0.05", output="0.20")
    demo.ask("PUT", "/control/behaviour", [FAST])
    directory.forget()
    breaker().board.clear()
    breaker.cache_clear()
    yield demo
    breaker().board.clear()
    directory.forget()


@pytest.fixture
def shop(demo_model):
    """Knows one page, and has a persona of its own."""
    tenant = factories.make_tenant()
    factories.make_persona(tenant)
    store_document(tenant, title="Returns", url="/help/returns", language="en", text=TEXT)
    return tenant
