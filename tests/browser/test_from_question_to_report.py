"""One question in the demo shop, followed to the transcript and into the spend report."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from billing.models import LedgerEntry
from billing.money import shown
from conversations.models import Message, Tenant
from tests.browser.chat import PATIENCE_MS, Chat
from tests.browser.staff import sign_in

QUESTION = "How long do I have to return an item?"


@pytest.fixture
def shop(live):
    """The demo shop, with its help pages and a month of talks."""
    call_command("seed_demo", verbosity=0)
    return Tenant.objects.get(slug="acme")


def test_a_question_is_answered_kept_and_accounted_for(live, shop, page):
    earlier = set(LedgerEntry.objects.values_list("pk", flat=True))
    live.behave([{"match": "*", "first_token_ms": 100, "token_ms": 40}])
    page.goto(live.url)
    chat = Chat(page).open()
    chat.say(QUESTION)
    chat.wait_for("You can return")
    half = chat.answer().inner_text()
    page.reload()
    chat.open()
    expect(chat.log.get_by_text("Sources")).to_be_visible(timeout=PATIENCE_MS)

    reply = Message.objects.filter(role="assistant").latest("pk")
    assert len(half) < len(reply.text)
    assert "30 days" in reply.text
    expect(chat.messages).to_have_count(2)
    assert chat.log.inner_text().count("You can return any item") == 1
    expect(chat.log.get_by_text("Demo model")).to_be_visible()

    [entry] = LedgerEntry.objects.exclude(pk__in=earlier)
    [billed] = [line for line in live.billed() if line["attempt"] == str(entry.attempt_id)]
    assert entry.input_tokens == billed["prompt_tokens"]
    assert entry.output_tokens == billed["completion_tokens"]
    assert entry.certainty == LedgerEntry.Certainty.EXACT

    sign_in(page, live, shop)
    page.goto(f"{live.url}/admin/conversations/conversation/{reply.conversation_id}/change/")
    text = page.locator("body").inner_text()
    for part in (QUESTION, "You can return any item within 30 days", "demo-1"):
        assert part in text
    assert "demo model" in text.lower()
    assert f"{entry.input_tokens:,} in / {entry.output_tokens} out" in text
    assert shown(entry.amount) in text

    page.goto(f"{live.url}/admin/reports/spend/?period=month")
    expect(page.get_by_role("rowheader", name="demo-1").first).to_be_visible()
    answer = page.request.get(f"{live.url}/admin/reports/spend.csv?period=month")
    rows = list(csv.DictReader(io.StringIO(answer.text().removeprefix("\ufeff"))))
    total = sum(Decimal(row["amount_usd"]) for row in rows)
    assert total >= entry.amount
    assert shown(total) in page.locator("body").inner_text()
