"""What moderation says is read, and why it says nothing is told apart."""

import pytest

from billing.models import LedgerEntry, Price
from billing.services.attempts import Unasked
from chatbot.providers.errands import NONSENSE
from chatbot.providers.moderations import judge, read
from tests import factories
from tests.providers.calling import at_the_demo

pytestmark = pytest.mark.django_db

MODEL = "demo-moderation"


@pytest.fixture
def judged(demo, acme, settings, monkeypatch):
    """Asks the demo model, under whatever path and model."""

    def ask(text, model=MODEL, path="/v1"):
        if not Price.objects.filter(model=model).exists():
            factories.make_price(model, input="0", output="0")
        at_the_demo(settings, monkeypatch, f"http://127.0.0.1:{demo.port}{path}")
        return judge(Unasked(acme), model, text, lambda step, _: step())

    return ask


def test_what_is_flagged_is_named_with_its_score(judged):
    found = judged("我想死")
    assert found.flagged == ("self-harm/intent",)
    assert found.scores["self-harm/intent"] > 0.9
    assert (found.failure, found.offered) == ("", True)


def test_harmless_words_are_not_flagged(judged):
    assert judged("How long do returns take?").flagged == ()


def test_the_call_carries_its_attempts_id_and_stands_in_the_books(demo, judged, acme):
    judged("我想死")
    entry = LedgerEntry.objects.get()
    assert demo.logged(str(entry.attempt_id))["endpoint"] == "moderations"
    assert (entry.tenant, entry.purpose, entry.outcome) == (acme, "moderation", "flagged")
    assert entry.request_id
    assert entry.input_tokens > 0  # moderation reports no usage, so it is counted here


def test_a_server_without_moderation_is_told_from_one_that_fails(demo, judged):
    assert not judged("Hello", path="/other").offered
    unknown = judged("Hello", model="nobody-knows-it")
    assert (unknown.failure, unknown.offered) == ("model_not_found", True)
    demo.ask("PUT", "/control/behaviour", [{"match": "*", "status": 503}])
    assert judged("Hello").failure == "server_is_overloaded"


@pytest.mark.parametrize("said", [None, [], {}, {"results": []}, {"results": [{"flagged": 1}]}])
def test_an_answer_of_another_shape_makes_no_sense(said):
    with pytest.raises(NONSENSE):
        read(said)
