"""Conversations can be taken away: one, many, and all that is kept of a visitor."""

import datetime
import gzip
import json

import pytest
from django.utils import timezone

from conversations.models import Conversation, Export, ExportPart
from conversations.selectors import exports
from conversations.services import exporting
from tests import factories
from tests.privacy.planted import plant

pytestmark = pytest.mark.django_db


def lines(export):
    whole = gzip.decompress(b"".join(exporting.pieces_of(export)))
    return [json.loads(line) for line in whole.splitlines()]


def test_a_conversation_as_data_holds_what_was_said_and_who_answered(acme, ben):
    data = exports.as_data(plant(acme, ben, "Ada").talk)
    assert [(one["by"], one["text"]) for one in data["messages"]] == [
        ("visitor", "I am Ada. How long do returns take?"),
        ("assistant", "Hello Ada!"),
        ("staff", "Dear Ada, thirty days."),
    ]
    assert [one["what"] for one in data["turns"]] == ["person.joined"]
    assert data["messages"][1]["citations"][0]["title"] == "Ada"
    assert "demo-1" not in json.dumps(data)


def test_a_conversation_as_markdown_reads_from_top_to_bottom(acme, ben):
    text = exports.as_markdown(plant(acme, ben, "Ada").talk)
    assert text.startswith("# Ada at Acme\n")
    assert text.index("I am Ada.") < text.index("Hello Ada!") < text.index("- [1] Ada")
    assert f"## {ben.username}, " in text


def test_many_conversations_come_in_parts_that_are_one_file(acme, globex, cleo, monkeypatch):
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    talks = [factories.answered(factories.make_conversation(acme)) for _ in range(5)]
    factories.answered(factories.make_conversation(globex))
    export = exporting.ask_for_export(acme, cleo)
    assert (export.total, export.state) == (5, "waiting")
    exporting.make_exports()
    export.refresh_from_db()
    assert (export.done, export.state) == (5, "done")
    assert ExportPart.objects.count() == 3
    ids = [str(one.conversation.public_id) for one in talks]
    assert [one["id"] for one in lines(export)] == ids


def test_only_conversations_of_the_days_are_in_it(acme, cleo):
    old = factories.make_conversation(acme)
    long_ago = timezone.now() - datetime.timedelta(days=40)
    Conversation.objects.update(created_at=long_ago, updated_at=long_ago)
    new = factories.make_conversation(acme)
    today = timezone.now().date()
    later = exporting.ask_for_export(acme, cleo, first_day=today - datetime.timedelta(days=2))
    sooner = exporting.ask_for_export(acme, cleo, last_day=today - datetime.timedelta(days=2))
    exporting.make_exports()
    assert [one["id"] for one in lines(later)] == [str(new.public_id)]
    assert [one["id"] for one in lines(sooner)] == [str(old.public_id)]


def test_an_export_of_nothing_is_ready_and_empty(acme, cleo):
    export = exporting.ask_for_export(acme, cleo)
    exporting.make_exports()
    export.refresh_from_db()
    assert export.state == Export.State.DONE
    assert b"".join(exporting.pieces_of(export)) == b""


def test_a_file_is_thrown_away_after_its_week(acme, cleo):
    factories.make_conversation(acme)
    exporting.ask_for_export(acme, cleo)
    exporting.make_exports()
    assert exporting.drop_old() == 0
    Export.objects.update(kept_until=timezone.now())
    exporting.drop_old()
    assert not ExportPart.objects.exists()


def test_all_of_a_visitor_is_all_that_is_kept_but_not_what_they_cost(acme, ben):
    planted = plant(acme, ben)
    kept = exports.all_of(planted.talk.visitor)["kept"]
    assert set(kept) == {
        "cases",
        "conversations",
        "drafts",
        "events",
        "generations",
        "inbox rows",
        "messages",
        "sent files",
        "summaries",
        "tool calls",
        "trial items",
        "unanswered questions",
        "verdicts",
        "visitor sessions",
        "visitors",
        "works",
    }
    assert "token_hash" not in kept["visitor sessions"][0]
    assert len(kept["messages"]) == 3
