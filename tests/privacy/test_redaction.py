"""Words that are redacted stand nowhere any more, and everything else stays."""

import pytest

from billing.models import Attempt, LedgerEntry
from chatbot.inbox import filling
from chatbot.models import Document, Draft, InboxRow, ToolCall
from conversations.models import AuditEntry, Export
from conversations.services import exporting, redaction
from conversations.services.redaction import NotRedacted
from tests import factories
from tests.privacy.behind import TABLES
from tests.privacy.planted import plant, tables_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(acme, ben):
    return plant(acme, ben)


def test_the_words_stood_in_every_kind_of_place(planted):
    assert tables_with("Beeblebrox") == sorted(
        [
            *TABLES,
            "admin.LogEntry",
            "billing.Attempt",
            "chatbot.Document",
            "chatbot.Passage",
            "chatbot.Term",
            "chatbot.UnansweredQuestion",
            "chatbot.Verdict",
            "conversations.Event",
            "conversations.Generation",
            "conversations.Message",
            "conversations.Visitor",
        ]
    )


def test_they_stand_nowhere_after(planted):
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    assert tables_with("Beeblebrox", "Zaphod") == []
    said = list(planted.talk.messages.order_by("seq").values_list("text", flat=True))
    assert said[0] == "I am [redacted]. How long do returns take?"
    assert said[1] == "Hello [redacted]!"


def test_capitals_and_blanks_do_not_matter(planted):
    redaction.redact(planted.talk, " zaphod   <BEEBLEBROX> ")
    assert tables_with("Beeblebrox") == []


def test_the_books_and_the_ids_stay(planted):
    event = planted.talk.events.order_by("seq").first()
    entry = LedgerEntry.objects.get()
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    assert LedgerEntry.objects.get().amount == entry.amount
    after = planted.talk.events.order_by("seq").first()
    assert {**after.data, "text": ""} == {**event.data, "text": ""}
    assert Attempt.objects.get().request["messages"][1]["content"] == "[redacted]"


def test_the_article_is_found_by_what_is_left_of_it(planted):
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    document = Document.objects.get()
    assert document.title == "I am [redacted]. How long do returns take?"
    assert "thirty days" in document.passages.get().text


def test_the_inbox_finds_the_conversation_by_what_is_left(planted):
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    found = InboxRow.objects.filter(words__holds="'returns'")
    assert [one.pk for one in found] == [planted.talk.pk]


def test_who_read_the_words_before_does_not_bring_them_back(planted, monkeypatch):
    read = filling.words_of

    def slowly(text):
        if planted.talk.inbox.as_of == planted.talk.updated_at:
            monkeypatch.setattr(filling, "words_of", read)
            redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
        return read(text)

    monkeypatch.setattr(filling, "words_of", slowly)
    filling.fill([planted.talk.pk])
    assert tables_with("Beeblebrox") == []


def test_a_mail_address_goes_whole_and_what_was_written_as_json_too(planted):
    visitor = planted.talk.visitor
    visitor.email, visitor.wants_mail = "zaphod@shop.example", True
    visitor.save()
    ToolCall.objects.update(arguments=r'{"to": "say \"42\"\nzaphod@shop.example \u5468"}')
    redaction.redact(planted.talk, "zaphod@shop.example")
    visitor.refresh_from_db()
    assert (visitor.email, visitor.wants_mail) == ("", False)
    redaction.redact(planted.talk, 'say "42" [redacted]')
    redaction.redact(planted.talk, "[redacted] 周")
    assert ToolCall.objects.get().arguments == '{"to": "[redacted]"}'


def test_what_waits_for_a_yes_is_not_done(planted):
    ToolCall.objects.update(state="waiting", sealed="{}")
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    call = ToolCall.objects.get()
    assert (call.state, call.sealed) == ("declined", None)


def test_a_draft_that_is_being_written_is_given_up(planted):
    Draft.objects.update(state="writing", text="")
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    assert Draft.objects.get().state == "failed"


def test_another_conversation_is_left_alone(acme, globex, planted, mallory):
    other = plant(globex, mallory)
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    assert "Beeblebrox" in other.talk.messages.order_by("seq").first().text


def test_looking_first_says_how_much_and_changes_nothing(planted):
    before = tables_with("Beeblebrox")
    places = redaction.places_of(planted.talk, "Zaphod <Beeblebrox>")
    assert places.messages == 3
    assert tables_with("Beeblebrox") == before
    assert redaction.redact(planted.talk, "Zaphod <Beeblebrox>") == places


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("x", "from 2 to"),
        ("", "from 2 to"),
        ("not said", "do not stand"),
        ("y" * 1001, "from 2 to"),
    ],
)
def test_what_cannot_be_redacted_is_refused_with_a_reason(planted, words, why):
    with pytest.raises(NotRedacted, match=why):
        redaction.redact(planted.talk, words)


def test_nothing_is_redacted_under_a_worker_s_hands(acme):
    generation = factories.claimed(factories.make_conversation(acme), "I am Zaphod")
    with pytest.raises(NotRedacted, match="being written"):
        redaction.redact(generation.conversation, "Zaphod")


def test_it_is_in_the_audit_log_without_the_words(planted):
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    entry = AuditEntry.objects.get(act="redacted")
    assert entry.details == {"messages": 3, "characters": 19}
    assert entry.thing_id == str(planted.talk.pk)


def test_a_file_made_before_can_be_had_no_more(acme, ben, planted):
    export = exporting.ask_for_export(acme, ben)
    exporting.make_exports()
    redaction.redact(planted.talk, "Zaphod <Beeblebrox>")
    export.refresh_from_db()
    assert export.state == Export.State.WITHDRAWN
    assert list(exporting.pieces_of(export)) == []
