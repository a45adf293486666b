"""The provider's bill is fetched over HTTP, and equals the ledger where both count the same."""

import asyncio
import datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from billing.models import Attempt, LedgerEntry, ProviderBill
from billing.selectors.reconciliation import compared, newest_difference
from billing.services.attempts import Call, open_attempt
from billing.services.ledger import settle
from chatbot import tasks
from chatbot.providers.base import Prompt
from chatbot.providers.costs import CostsUnavailable, daily_costs
from chatbot.providers.openai_chat import OpenAIChat
from tests import factories
from tests.demo_model.conftest import running

pytestmark = pytest.mark.django_db


class Anybody:
    """Takes the text of a reply and does nothing with it."""

    def take(self, text):
        pass

    async def ready(self):
        pass


@pytest.fixture
def provider(tmp_path, settings):
    """A demo model of this test's own, set up as the provider."""
    with running(tmp_path / "requests.jsonl") as demo:
        settings.OPENAI_BASE_URL = f"http://127.0.0.1:{demo.port}/v1"
        settings.OPENAI_ADMIN_KEY = "admin"
        yield demo


async def answered(chat, request, attempt_id):
    try:
        return await chat.stream(request, attempt_id, Anybody())
    finally:
        await chat._client.close()  # a worker keeps its connections for good, a test does not


def call(tenant, question, model="demo-1"):
    """One call through the till, as a turn makes it."""
    chat = OpenAIChat(api_key="any", base_url=settings.OPENAI_BASE_URL)
    prompt = Prompt(model, [{"role": "user", "content": question}], 200)
    request = chat.request_of(prompt)
    attempt = open_attempt(
        factories.claimed(factories.make_conversation(tenant)),
        Call(Attempt.Purpose.REPLY, model, 2000, 200, request),
    )
    finished = asyncio.run(answered(chat, request, str(attempt.pk)))
    assert finished.usage is not None
    settle(attempt, finished.usage, certainty=LedgerEntry.Certainty.EXACT, outcome="stop")


def today():
    return datetime.datetime.now(datetime.UTC).date()


def test_what_was_billed_is_what_is_in_the_ledger(acme, provider):
    factories.make_price("demo-1", cached_input="0.01")
    factories.make_price("demo-1-mini", input="0.05", cached_input="0.005", output="0.20")
    for question in ("hi", "thanks", "word " * 1500, "word " * 1500):
        call(acme, question)
    call(acme, "hi", model="demo-1-mini")
    tasks.fetch_bills()
    day = compared(today(), today())[0]
    assert day.ledger == day.provider > 0
    assert (day.reasons, day.unexplained) == ([], 0)
    assert LedgerEntry.objects.filter(cached_tokens__gt=0).exists()
    assert set(LedgerEntry.objects.values_list("tier", flat=True)) == {"default"}


def test_a_price_that_is_wrong_here_is_the_reason_of_the_difference(acme, provider):
    factories.make_price("demo-1", input="0.20", output="0.50")
    call(acme, "hi")
    tasks.fetch_bills()
    day = compared(today(), today())[0]
    assert day.difference > 0
    (reason,) = day.reasons
    assert "another price per token" in reason.why
    assert (reason.amount, day.unexplained) == (day.difference, 0)


def test_calls_of_others_with_the_same_key_are_told_apart(acme, provider):
    factories.make_price("demo-1")
    call(acme, "hi")
    provider.chat("hi", model="demo-1-mini")
    tasks.fetch_bills()
    day = compared(today(), today())[0]
    (reason,) = day.reasons
    assert "not called from here" in reason.why
    assert reason.amount == day.difference < 0
    assert day.unexplained == 0


def test_every_day_of_the_week_is_here_also_those_without_cost(provider):
    out = StringIO()
    call_command("fetch_bills", "--days", "3", stdout=out)
    assert "0 lines of the last 3 days" in out.getvalue()
    days = ProviderBill.objects.order_by("day").values_list("day", "amount")
    assert list(days) == [(today() - datetime.timedelta(days=n), 0) for n in (2, 1, 0)]


def test_without_a_key_the_command_says_so_and_the_task_does_nothing(settings):
    settings.OPENAI_ADMIN_KEY = None
    with pytest.raises(CommandError, match="Set OPENAI_ADMIN_KEY"):
        call_command("fetch_bills")
    tasks.fetch_bills()
    assert not ProviderBill.objects.exists()


def test_a_server_that_does_not_know_the_question_changes_nothing(provider, settings):
    tasks.fetch_bills()
    before = list(ProviderBill.objects.values())
    settings.OPENAI_BASE_URL = settings.OPENAI_BASE_URL.replace("/v1", "/v2")
    with pytest.raises(CostsUnavailable, match="Invalid URL"):
        daily_costs(today(), today())
    assert list(ProviderBill.objects.values()) == before


def test_today_is_not_told_as_the_newest_difference_because_it_still_runs(acme, provider):
    tasks.fetch_bills()
    week = today() - datetime.timedelta(days=6)
    found = newest_difference([acme], week, today())
    assert found.day == today() - datetime.timedelta(days=1)
