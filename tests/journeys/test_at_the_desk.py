"""Staff and visitor at one conversation, each at a socket: signs, takeover, drafts."""

import time

import pytest
from django.conf import settings
from redis import Redis
from websockets.exceptions import InvalidStatus

from billing.models import Attempt, LedgerEntry
from chatbot import intake
from chatbot.engine.lane import text_key
from chatbot.models import Draft
from conversations.models import Conversation, Generation
from tests.factories import make_member, make_tenant
from tests.staff_line import at_the_desk
from tests.visitor import visiting

pytestmark = pytest.mark.usefixtures("nothing_breaks")

SLOW = {"match": "*", "first_token_ms": 20, "token_ms": 20, "tokens": 500}


@pytest.fixture
def tenant(live):
    return make_tenant()


@pytest.fixture
def ben(tenant):
    return make_member(tenant, "ben")


def test_each_side_knows_of_the_other_and_no_sign_is_kept(live, tenant, ben):
    with visiting(live, tenant.public_key) as visitor:
        visitor.until_type("ready")
        talk = Conversation.objects.get()
        with at_the_desk(live, ben, talk.pk) as staff:
            seen = staff.until_type("presence")
            assert (seen["who"], seen["here"]) == ("visitor", True)
            visitor.send({"type": "typing"})
            assert staff.until_type("typing")["who"] == "visitor"

            # nobody is told that staff look on while the bot answers
            staff.send({"type": "typing"})
            assert visitor.quiet_for(0.5)
            intake.ask_for_person(talk)
            assert staff.until_type("person.asked")["data"]["by"] == "visitor"
            here = visitor.until_type("presence")
            assert (here["who"], here["name"], here["here"]) == ("staff", ben.username, True)
            time.sleep(2)
            staff.send({"type": "typing"})
            staff.send({"type": "typing"})
            assert visitor.until_type("typing")["name"] == ben.username
            assert visitor.quiet_for(0.5)
        assert visitor.until_type("presence")["here"] is False
        assert talk.events.count() == 1


def test_a_taken_over_reply_says_not_one_more_character_anywhere(live, tenant, ben):
    live.behave([SLOW])
    with visiting(live, tenant.public_key) as visitor:
        visitor.until_type("ready")
        talk = Conversation.objects.get()
        with at_the_desk(live, ben, talk.pk) as staff:
            visitor.say("Tell me a lot")
            reply = visitor.until_type("delta")["reply"]
            assert staff.until_type("delta")["reply"] == reply
            intake.take_over(talk, ben)
            for one in (visitor, staff):
                one.until_type("person.joined")
            assert visitor.until_type("presence")["name"] == ben.username
            assert visitor.quiet_for(1.5)
        kinds = [frame["kind"] for frame in visitor.frames if frame["type"] == "event"]
        assert kinds == ["message", "reply.stopped", "person.joined"]
        generation = Generation.objects.get()
        with Redis.from_url(settings.REDIS_URL) as redis:
            assert redis.get(text_key(reply, generation.claim - 1)) is None
        shown = "".join(frame["text"] for frame in visitor.frames if frame["type"] == "delta")
        assert generation.text.startswith(shown)
    live.wait_until_idle()
    assert LedgerEntry.objects.count() == 1


def test_the_line_opens_for_nobody_else_and_closes_with_the_right(live, tenant, ben):
    mallory = make_member(make_tenant("Globex"), "mallory", "owner")
    with visiting(live, tenant.public_key) as visitor:
        visitor.until_type("ready")
        talk = Conversation.objects.get().pk
        for user, origin in ((mallory, None), (ben, "http://evil.example")):
            with pytest.raises(InvalidStatus), at_the_desk(live, user, talk, origin):
                pass
        with at_the_desk(live, ben, talk) as staff:
            staff.until_type("ready")
            staff.send({"type": "person.ask", "id": "0" * 32})
            assert staff.until_type("error")["code"] == "bad_frame"
            ben.memberships.all().delete()
            assert staff.closed_with() == 4403
    assert Conversation.objects.get().state == "bot"


def test_a_draft_is_written_and_paid_for_and_no_visitor_sees_it(live, tenant, ben):
    with visiting(live, tenant.public_key) as visitor:
        visitor.until_type("ready")
        talk = Conversation.objects.get()
        intake.take_over(talk, ben)
        visitor.say("How long do returns take?")
        visitor.until_type("message")
        live.behave([{"match": "*", "text": "Within 30 days."}])
        draft = intake.ask_for_draft(talk, ben)
        for _ in range(100):
            draft.refresh_from_db()
            if draft.state in (Draft.State.DONE, Draft.State.FAILED):
                break
            time.sleep(0.1)
        assert (draft.state, draft.text) == (Draft.State.DONE, "Within 30 days.")
        assert visitor.quiet_for(0.5)
        assert "Within" not in str(visitor.frames)
    attempt = Attempt.objects.get()
    assert (attempt.purpose, attempt.state) == ("draft", "settled")
    assert draft.attempt_id == attempt.pk
    assert "messages" not in attempt.request  # no erasure would find the visitor's words there
    assert LedgerEntry.objects.get().amount > 0
    assert not Generation.objects.exists()
