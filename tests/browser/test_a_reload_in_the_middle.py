"""A visitor sees the answer grow, reloads, and has it whole and once."""

import pytest
from playwright.sync_api import expect

from billing.models import LedgerEntry
from chatbot.knowledge.ingest import store_document
from conversations.models import Message
from tests.browser.chat import PATIENCE_MS

RETURNS = """# Returns

You can send anything back within 30 days of delivery. The parcel costs you nothing.

## Refunds

Your money is back on your card 5 working days after the parcel has reached us.
"""


@pytest.fixture
def help_pages(tenant):
    return store_document(
        tenant, title="Returns", url="https://shop.example/returns", language="en", text=RETURNS
    )


def test_the_answer_grows_survives_a_reload_and_stands_once(live, help_pages, page, visit):
    live.behave([{"match": "*", "first_token_ms": 100, "token_ms": 250}])
    chat = visit(page).open()
    chat.say("How long do I have to send something back?")
    chat.wait_for("send")
    half = chat.answer().inner_text()
    assert not Message.objects.filter(role="assistant").exists(), "it was finished already"

    page.reload()
    chat.open()
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    chat.log.get_by_role("button", name="Sources").click(timeout=PATIENCE_MS)
    sources = chat.panel.get_by_role("region", name="Sources")
    expect(sources.get_by_role("link", name="Returns")).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("Escape")

    whole = Message.objects.get(role="assistant").text
    assert len(half) < len(whole)
    assert chat.log.inner_text().count("within 30 days") == whole.count("within 30 days") == 1
    expect(chat.messages.first).to_contain_text("How long do I have to send something back?")
    assert LedgerEntry.objects.count() == 1
