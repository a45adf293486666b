"""Notes are staff's alone, and whoever is mentioned is told."""

import pytest

from conversations.models import Conversation, Note, Notice
from conversations.selectors import exports
from conversations.services import erasing, notes, redaction
from conversations.services.turns import NotDone
from tests import factories
from tests.privacy.planted import tables_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(acme):
    talk = factories.make_conversation(acme)
    factories.answered(talk)
    return talk


def told():
    return set(Notice.objects.filter(kind="mentioned").values_list("user__username", flat=True))


def test_whoever_is_mentioned_is_told_where_it_stands(talk, ben, cleo):
    written = notes.write_note(talk, ben, f"Look, @{cleo.username}.")
    assert Notice.objects.get().note == written.note
    assert told() == {cleo.username}


@pytest.mark.parametrize("name", ["@nina", "@NINA@example.com.", "@nina, please"])
def test_the_beginning_of_a_mail_address_is_enough(acme, talk, ben, name):
    nina = factories.make_member(acme, "nina")
    type(nina).objects.filter(pk=nina.pk).update(username="nina@example.com")
    assert [one.pk for one in notes.write_note(talk, ben, name).told] == [nina.pk]


def test_names_of_nobody_here_are_said_and_the_note_stands(talk, ben, mallory):
    written = notes.write_note(talk, ben, f"@{mallory.username} and @zoe, mail a@b.example")
    assert written.unknown == [mallory.username, "zoe"]
    assert Note.objects.count() == 1
    assert told() == set()


@pytest.mark.parametrize("text", [" \n", "x" * 4001], ids=["empty", "long"])
def test_nothing_and_too_much_is_refused(talk, ben, text):
    with pytest.raises(NotDone):
        notes.write_note(talk, ben, text)
    assert not Note.objects.exists()


def test_no_visitor_hears_of_it(talk, ben):
    before = Conversation.objects.get().last_seq
    notes.write_note(talk, ben, "Seems angry.")
    assert Conversation.objects.get().last_seq == before
    assert "angry" not in exports.as_markdown(Conversation.objects.get())


def test_words_are_redacted_and_erased_there_too(talk, ben, cleo):
    notes.write_note(talk, ben, f"Called me, she is Zaphod. @{cleo.username}")
    redaction.redact(talk, "Zaphod")
    assert "[redacted]" in Note.objects.get().text
    notes.write_note(talk, ben, "Zaphod again")
    erasing.erase_visitor(talk.visitor)
    assert tables_with("Zaphod") == []
    assert not Notice.objects.exists()
