"""Where sockets do not get through, a visitor is told the same over HTTP, in the same order."""

import http.client
import json
import uuid
from urllib.parse import urlencode, urlsplit

import pytest

from conversations.models import Message
from tests import protocol_document
from tests.factories import make_tenant
from tests.visitor import streamed, visiting

SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 15, "tokens": 60}


class HttpVisitor:
    """A browser without sockets: reads the stream, and says what it says by POST."""

    def __init__(self, stack, key, token=None):
        self.session = stack.open_session(key, token)
        self.frames, self.ids = [], []
        self._place = urlsplit(stack.url).netloc
        self._headers = {
            "Authorization": f"Bearer {self.session['token']}",
            "Origin": stack.url,
            "Content-Type": "application/json",
        }
        self._line = None

    def connect(self, **resume):
        """The stream is open from what was seen."""
        self._line = http.client.HTTPConnection(self._place, timeout=30)
        query = urlencode({"after": 0} | resume)
        self._line.request("GET", f"/widget/stream?{query}", headers=self._headers)
        self._answer = self._line.getresponse()
        return self

    @property
    def status(self):
        return self._answer.status

    def post(self, frame):
        line = http.client.HTTPConnection(self._place, timeout=30)
        line.request("POST", "/widget/send", json.dumps(frame), headers=self._headers)
        answer = line.getresponse()
        found = json.loads(answer.read())
        line.close()
        return found

    def say(self, text):
        return self.post({"type": "message.send", "id": str(uuid.uuid4()), "text": text})

    def until_type(self, kind):
        """The next frame of this type, or event of this kind; each is as PROTOCOL.md says."""
        number = None
        while line := self._answer.readline():
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "id":
                number = int(value)
            if name != "data":
                continue
            frame = json.loads(value)
            protocol_document.check(frame)
            assert frame.get("seq") == number or frame["type"] != "event"
            self.frames.append(frame)
            number = None
            if kind in (frame["type"], frame.get("kind")):
                return frame
        raise AssertionError(f"the stream ended; so far: {self.frames[-5:]}")

    def close(self):
        """The browser has gone."""
        self._line.close()


@pytest.fixture
def key(live):
    live.behave([SLOW])
    return make_tenant().public_key


def test_a_question_is_answered_and_a_socket_sees_the_same(live, key, nothing_breaks):
    visitor = HttpVisitor(live, key).connect()
    assert visitor.until_type("ready") == {"type": "ready", "seq": 0}
    assert visitor.say("Tell me a lot")["type"] == "ack"
    done = visitor.until_type("reply.done")
    visitor.close()
    assert streamed(visitor.frames, done["data"]["reply"]) == done["data"]["text"]
    with visiting(live, key, visitor.session["token"]) as socket:
        socket.until_type("ready")
    events = [frame for frame in visitor.frames if frame["type"] == "event"]
    assert [frame for frame in socket.frames if frame["type"] == "event"] == events


def test_whoever_comes_back_is_told_what_is_missing(live, key, nothing_breaks):
    left = HttpVisitor(live, key).connect()
    left.until_type("ready")
    left.say("Tell me a lot")
    delta = left.until_type("delta")
    left.close()
    seen = streamed(left.frames, delta["reply"])
    back = HttpVisitor(live, key, left.session["token"]).connect(
        after=1, reply=delta["reply"], claim=delta["claim"], offset=len(seen)
    )
    done = back.until_type("reply.done")["data"]
    back.close()
    assert streamed(left.frames + back.frames, delta["reply"]) == done["text"]
    assert [frame["seq"] for frame in back.frames if frame["type"] == "event"] == [2]


def test_stop_and_another_try_work_by_post(live, key, nothing_breaks):
    visitor = HttpVisitor(live, key).connect()
    visitor.until_type("ready")
    visitor.say("Tell me a lot")
    reply = visitor.until_type("delta")["reply"]
    assert visitor.post({"type": "reply.stop", "reply": reply}) == {}
    visitor.until_type("reply.stopped")
    again = {"type": "reply.again", "id": str(uuid.uuid4()), "reply": reply}
    assert visitor.post(again)["type"] == "ack"
    assert visitor.until_type("reply.done")["data"]["reply"] == again["id"]
    assert visitor.post(again)["type"] == "ack", "asking twice is asking once"
    visitor.close()
    assert Message.objects.filter(role="visitor").count() == 1


def test_a_stream_asks_for_the_secret_and_the_site(live, key):
    visitor = HttpVisitor(live, key)
    right = dict(visitor._headers)
    for wrong in (
        {"Authorization": "Bearer invented"},
        {"Authorization": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        visitor._headers = right | wrong
        assert visitor.connect().status == 403
        visitor.close()
    visitor._headers = right
    assert visitor.connect(after="x").status == 400
    visitor.close()
    assert visitor.connect(after=0).status == 200
    visitor.close()
