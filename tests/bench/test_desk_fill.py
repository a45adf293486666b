"""The desk that the bench fills is one that the product could have filled itself."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from chatbot.bench.desk.fill import fill
from chatbot.bench.desk.long_talk import TURNS, make_long_talk
from chatbot.bench.desk.run import FILTERS, LIST
from chatbot.inbox import filling
from chatbot.models import InboxRow
from conversations.models import Conversation, Message


@pytest.mark.django_db(transaction=True)
def test_its_pages_open_and_its_rows_find_what_was_said():
    desk = fill(3000, lambda _: None)
    talk = make_long_talk(desk.tenant)
    assert Conversation.objects.filter(tenant=desk.tenant).count() == 2701
    assert InboxRow.objects.count() == 3000
    client = Client()
    client.force_login(get_user_model().objects.get(username=desk.manager))
    for query in FILTERS:
        assert client.get(f"{LIST}?{query}").status_code == 200
    assert "<mark>word0</mark>" in client.get(LIST, {"q": "word0"}).text
    assert client.get(f"{LIST}{talk.pk}/change/").status_code == 200
    assert Message.objects.filter(conversation=talk).count() == 2 * TURNS

    # the product's own filling finds the same words in the same conversation
    row = InboxRow.objects.filter(words__holds="'mark:blocked'").order_by("pk").first()
    said = " ".join(row.conversation.messages.values_list("text", flat=True)).split()
    filling.fill([row.pk])
    row.refresh_from_db()
    assert {f"'{word}'" for word in said} <= set(row.words.split())
