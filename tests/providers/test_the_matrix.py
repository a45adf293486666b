"""A parameter that a model refuses never leaves the house."""

import datetime

import pytest

from billing.models import Alert
from chatbot.models import ModelProfile
from chatbot.providers.base import Prompt
from chatbot.providers.capabilities import UNKNOWN, creativity_in_words
from chatbot.providers.matrix import load_seed, seeded, warn_of_shutdowns
from chatbot.providers.profiles import accepts_of
from chatbot.providers.servers import Kind, Server
from tests import factories
from tests.providers.conftest import FAST, MESSAGES, stream

ROWS = {row.model: row for row in seeded()}
WISHES = [None, 0.0, 0.3, 0.7, 1.0, 1.5, 2.0]
SAMPLES = {
    "temperature": 0.5,
    "reasoning_effort": "low",
    "verbosity": "low",
    "prompt_cache_key": "1/v1",
    "max_tokens": 5,
    "max_completion_tokens": 5,
}
LIMITS = {"max_tokens", "max_completion_tokens"}


def rules_of(row):
    """What the demo model refuses when it stands in for this model: all that the row leaves out."""
    refuses, values, only_with = [], {}, {}
    if row.output_limit:
        refuses += sorted(LIMITS - {row.output_limit})
    if row.temperature == "no":
        refuses.append("temperature")
    if row.temperature == "without_effort":
        only_with["temperature"] = {"reasoning_effort": "none"}
    for name, taken in (("reasoning_effort", row.efforts), ("verbosity", row.verbosities)):
        if taken:
            values[name] = taken
        else:
            refuses.append(name)
    if not row.cache_key:
        refuses.append("prompt_cache_key")
    endpoint = "chat.completions" if row.chat else "completions"
    if row.chat:
        refuses.append("prompt")
    return {
        "id": row.model,
        "endpoint": endpoint,
        "refuses": refuses,
        "values": values,
        "only_with": only_with,
    }


@pytest.fixture
def models(demo):
    demo.ask("PUT", "/control/behaviour", [FAST | {"tokens": 2}])
    assert (
        demo.ask("PUT", "/control/models", [rules_of(row) for row in ROWS.values()]).status == 200
    )
    return demo


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize("kind", [Kind.OPENAI, Kind.COMPATIBLE])
def test_no_request_is_refused_whatever_is_wished_for(models, model, kind):
    server = Server("stand-in", kind, f"http://127.0.0.1:{models.port}/v1")
    accepts = accepts_of(ROWS[model])
    for wish in WISHES:
        prompt = Prompt(model, MESSAGES, 50, temperature=wish, cache_key="1/v1", accepts=accepts)
        finished, _ = stream(server, prompt)
        assert finished.failure is None, (wish, finished.failure)


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize("parameter", SAMPLES)
def test_the_demo_model_does_refuse_what_the_matrix_leaves_out(models, model, parameter):
    """The control: sent all the same, the parameter is refused, so the test above can fail."""
    rules = rules_of(ROWS[model])
    if parameter in rules["refuses"]:
        value, code = SAMPLES[parameter], "unsupported_parameter"
    elif parameter in rules["values"]:
        value, code = "never heard of", "unsupported_value"
    elif parameter in rules["only_with"]:
        value, code = 0.5, "unsupported_value"
    else:
        return
    words = {"messages": MESSAGES} if ROWS[model].chat else {"prompt": "Hello?"}
    path = "/v1/chat/completions" if ROWS[model].chat else "/v1/completions"
    answer = models.ask("POST", path, {"model": model, **words, parameter: value})
    assert (answer.status, answer.json["error"]["code"]) == (400, code)


def test_a_model_that_nobody_described_would_be_caught(models):
    server = Server("stand-in", Kind.COMPATIBLE, f"http://127.0.0.1:{models.port}/v1")
    prompt = Prompt("gpt-5-mini", MESSAGES, 50, temperature=0.5, accepts=UNKNOWN)
    assert stream(server, prompt)[0].failure.code == "unsupported_parameter"


def test_every_row_says_where_it_was_read_and_when():
    assert len(ROWS) >= 30
    assert all(row.source and row.checked_on for row in ROWS.values())


def test_loading_twice_adds_nothing_and_leaves_what_somebody_edited(db):
    assert load_seed() == len(ROWS)
    ModelProfile.objects.filter(model="gpt-6-luna").update(effort="low", edited=True)
    ModelProfile.objects.filter(model="gpt-6-sol").update(effort="high")
    assert load_seed() == 0
    assert ModelProfile.objects.get(model="gpt-6-luna").effort == "low"
    assert ModelProfile.objects.get(model="gpt-6-sol").effort == ROWS["gpt-6-sol"].effort


def test_what_becomes_of_creativity_is_said():
    assert creativity_in_words(accepts_of(ROWS["gpt-4o"]), 0.7) == "Sent as temperature 0.7."
    assert "effort none" in creativity_in_words(accepts_of(ROWS["gpt-6-luna"]), 0.7)
    assert "verbosity high" in creativity_in_words(accepts_of(ROWS["gpt-5-mini"]), 1.5)
    assert "neither" in creativity_in_words(accepts_of(ROWS["o3"]), 1.5)
    assert creativity_in_words(accepts_of(ROWS["o3"]), None) == "Left to the model."


@pytest.fixture
def ending(db, settings):
    """The deployment's model, and the day it is shut down."""
    settings.CHAT_MODEL = "old"
    day = datetime.date(2027, 1, 14)
    factories.make_profile("old", shuts_down_on=day, instead="new")
    return day


@pytest.mark.parametrize(
    ("before", "alerts"), [(91, 0), (90, 1), (31, 1), (30, 1), (7, 1), (-1, 1)]
)
def test_a_warning_comes_on_its_day(ending, before, alerts):
    assert warn_of_shutdowns(ending - datetime.timedelta(days=before)) == alerts


def test_each_warning_comes_once(ending):
    days = range(120, -10, -1)
    raised = [warn_of_shutdowns(ending - datetime.timedelta(days=one)) for one in days]
    assert sum(raised) == 4  # at 90, 30 and 7 days, and on the day
    assert "new" in Alert.objects.first().do


def test_a_model_nobody_uses_is_no_alarm(ending, settings):
    settings.CHAT_MODEL = "another"
    assert warn_of_shutdowns(ending) == 0


def test_the_tenant_whose_persona_names_it_is_warned(ending, settings, acme):
    settings.CHAT_MODEL = "another"
    factories.make_persona(acme, model="old")
    assert warn_of_shutdowns(ending) == 1
    assert Alert.objects.get().tenant == acme
