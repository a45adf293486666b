"""A manager asks a candidate on the page, and the worker answers."""

import time
import urllib.parse
import urllib.request

from django.test import Client

from chatbot.models import TrialItem
from chatbot.sandbox import trials
from conversations.models import Message
from tests import factories

TOKEN = "a" * 32
PATIENCE_SECONDS = 20


def test_a_question_to_a_candidate_is_answered_by_the_worker(live):
    tenant = factories.make_tenant()
    trial = trials.play(trials.new_trial(tenant, model="demo-1"))
    client = Client()
    client.force_login(factories.make_member(tenant, "cleo", "manager"))
    session = client.cookies["sessionid"].value
    form = urllib.parse.urlencode({"text": "Hello!", "csrfmiddlewaretoken": TOKEN})
    asked = urllib.request.Request(
        f"{live.url}/admin/chatbot/trial/{trial.pk}/say/",
        data=form.encode(),
        headers={"Cookie": f"sessionid={session}; csrftoken={TOKEN}"},
    )
    with urllib.request.urlopen(asked) as page:
        assert "Hello!" in page.read().decode()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while trial.items.get().state == TrialItem.State.WAITING and time.monotonic() < deadline:
        time.sleep(0.1)
    item = trial.items.get()
    assert (item.state, item.code) == (TrialItem.State.DONE, "")
    assert "help" in item.answer
    assert not Message.objects.exists()
