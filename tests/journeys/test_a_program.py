"""A program does all that the quick start tells it to, with nothing but curl."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from chatbot.models import Scope
from conversations.models import Conversation
from tests import factories, protocol_document
from tests.api.programs import make_token

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
SLOW = {"match": "*", "first_token_ms": 50, "token_ms": 15, "tokens": 30}


@pytest.fixture
def acme(live):
    tenant = factories.make_tenant("Acme")
    factories.make_persona(tenant)
    return tenant


def token_of(tenant):
    cleo = factories.make_member(tenant, "cleo", "manager")
    return make_token(tenant, cleo, *(one for one in Scope if one != Scope.TENANTS))


def frames_in(output):
    return [json.loads(line[6:]) for line in output.splitlines() if line.startswith("data: ")]


def test_the_quick_start_works_as_it_is_written(live, acme):
    live.behave([SLOW])
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(blocks) == 7
    script = "\necho; echo ---\n".join(["set -euo pipefail", *blocks])
    done = subprocess.run(
        ["bash", "-c", script],
        env={"SERVER": live.url, "TOKEN": token_of(acme), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    _, _, posted, streamed, listed, stored, spent, closed = done.stdout.split("---\n")
    frames = frames_in(streamed)
    for frame in frames:
        protocol_document.check(frame)
    done_frame = frames[-1]
    reply = json.loads(posted)["reply"]
    assert (done_frame["kind"], done_frame["data"]["reply"]) == ("reply.done", reply)
    texts = [one for one in frames if one["type"] == "delta"]
    assert len(texts) > 1
    assert "".join(one["text"] for one in texts) == done_frame["data"]["text"]
    said = json.loads(listed)["items"]
    assert [one["role"] for one in said] == ["visitor", "assistant"]
    assert said[1]["text"] == done_frame["data"]["text"]
    assert json.loads(stored)["title"] == "Returns"
    assert json.loads(spent)["lines"][0]["calls"] == 1
    assert json.loads(closed)["state"] == Conversation.objects.get().state == "closed"
