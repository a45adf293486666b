"""One path to OpenAI, Azure, servers that imitate them, and the legacy endpoint."""

import pytest

from chatbot.providers.base import Prompt
from chatbot.providers.capabilities import Accepts, Temperature
from chatbot.providers.errors import Family
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.providers.servers import Kind, Server, kind_of
from tests.providers.conftest import FAST, MESSAGES, stream

PROMPT = Prompt("demo-1", MESSAGES, 50, temperature=0.5, cache_key="1/v1")
OLD = Accepts(chat=False, output_limit="max_tokens", cache_key=False)


@pytest.fixture(autouse=True)
def quick(demo):
    demo.ask("PUT", "/control/behaviour", [FAST])


def test_azure_is_called_by_deployment_and_version_with_its_own_header(start_demo):
    with start_demo("--api-key", "secret") as theirs:
        root = f"http://127.0.0.1:{theirs.port}"
        theirs.ask("PUT", "/control/models", ["our-luna"])
        azure = Server("azure", Kind.AZURE, root, "2026-10-01", {"demo-1": "our-luna"})
        finished, request = stream(azure, PROMPT, key="secret")
        assert finished.failure is None
        assert request["model"] == "our-luna"
        assert stream(azure, PROMPT, key="other")[0].failure.family is Family.BAD_KEY


@pytest.mark.parametrize("path", ["", "/", "/openai", "/openai/"])
def test_azures_address_may_be_pasted_as_its_portal_shows_it(demo, path):
    azure = Server("azure", Kind.AZURE, f"http://127.0.0.1:{demo.port}{path}", "2026-10-01")
    assert stream(azure, PROMPT)[0].failure is None


def test_a_server_that_repeats_the_key_is_not_quoted_with_it(demo):
    secret = "sk-proj-0123456789abcdef"
    told = {"status": 401, "message": f"Incorrect API key provided: {secret}."}
    demo.ask("PUT", "/control/behaviour", [FAST | told])
    server = Server("demo", Kind.COMPATIBLE, f"http://127.0.0.1:{demo.port}/v1")
    failure = stream(server, PROMPT, key=secret)[0].failure
    assert "Incorrect API key provided: (the key)." in failure.detail
    assert secret not in failure.detail


def test_a_legacy_model_goes_on_with_one_text(demo):
    server = Server("demo", Kind.COMPATIBLE, f"http://127.0.0.1:{demo.port}/v1")
    prompt = Prompt("demo-1", MESSAGES, 50, accepts=OLD)
    finished, request = stream(server, prompt)
    assert finished.failure is None
    assert finished.text
    assert finished.usage.output > 0
    assert "messages" not in request
    assert request["prompt"].endswith("User: Hello?\n\nAssistant:")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (None, Kind.OPENAI),
        ("https://api.openai.com/v1", Kind.OPENAI),
        ("https://eu.api.openai.com/v1", Kind.OPENAI),
        ("https://us.openai.azure.com/openai/v1/", Kind.AZURE),
        ("http://vllm:8000/v1", Kind.COMPATIBLE),
        ("http://localhost:11434/v1", Kind.COMPATIBLE),
        ("https://api.openai.com.example.org/v1", Kind.COMPATIBLE),
    ],
)
def test_what_a_base_url_is_shows_in_its_host(address, kind):
    assert kind_of(address) is kind


@pytest.mark.parametrize(
    ("kind", "limit", "cached"),
    [
        (Kind.OPENAI, "max_completion_tokens", True),
        (Kind.AZURE, "max_completion_tokens", False),
        (Kind.COMPATIBLE, "max_tokens", False),
    ],
)
def test_each_kind_of_server_is_spoken_to_in_its_words(kind, limit, cached):
    request = OpenAIChat(Server("any", kind, "http://any/v1"), "key").request_of(PROMPT)
    assert request[limit] == 50
    assert ("prompt_cache_key" in request) == cached


def test_a_model_nobody_has_described_is_not_sent_what_it_may_refuse():
    strict = OpenAIChat(Server("any", Kind.OPENAI, "http://any/v1"), "key").request_of(PROMPT)
    lenient = OpenAIChat(Server("any", Kind.COMPATIBLE, "http://any/v1"), "key").request_of(PROMPT)
    assert "temperature" not in strict
    assert lenient["temperature"] == 0.5


def test_creativity_needs_the_effort_that_it_is_allowed_with():
    accepts = Accepts(temperature=Temperature.WITHOUT_EFFORT, efforts=("none", "low"), effort="low")
    provider = OpenAIChat(Server("any", Kind.OPENAI, "http://any/v1"), "key")
    request = provider.request_of(Prompt("m", MESSAGES, 50, temperature=1.2, accepts=accepts))
    assert (request["temperature"], request["reasoning_effort"]) == (1.2, "none")
    request = provider.request_of(Prompt("m", MESSAGES, 50, accepts=accepts))
    assert "temperature" not in request
    assert request["reasoning_effort"] == "low"
