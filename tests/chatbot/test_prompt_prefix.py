"""The beginning of a prompt stays as it was from turn to turn, so that providers can cache it."""

import dataclasses
import itertools

import pytest

from chatbot.engine.history import BLOCK, HISTORY_TOKENS, Said, newest
from chatbot.engine.model_choice import voice_in
from chatbot.engine.prompting import compose_prompt
from chatbot.models import GuardPolicy
from chatbot.providers.capabilities import Accepts
from chatbot.providers.openai_chat import OpenAIChat
from chatbot.providers.servers import Kind, Server
from tests import factories

pytestmark = pytest.mark.django_db

TALK = [
    {"role": role, "content": f"{role} says {number}. " + "Well. " * 40}
    for number, role in itertools.product(range(12), ("user", "assistant"))
]


@pytest.fixture
def voice(acme):
    return voice_in(factories.make_persona(acme), acme)


def prompts(tenant, voice, talk, **more):
    """What goes out turn by turn, as text."""
    questions = [place for place, one in enumerate(talk) if one["role"] == "user"]
    return [
        compose_prompt(tenant, voice, talk[:place], talk[place]["content"], **more).prompt
        for place in questions
    ]


def test_everything_before_the_last_question_comes_back_in_the_next_prompt(acme, voice):
    for one, following in itertools.pairwise(prompts(acme, voice, TALK)):
        kept = one.messages[:-1]
        assert following.messages[: len(kept)] == kept


def test_a_summary_stands_still_with_it(acme, voice):
    summed = prompts(acme, voice, TALK, summary="- My size is 42.")
    for one, following in itertools.pairwise(summed[1:]):
        kept = one.messages[:-1]
        assert following.messages[: len(kept)] == kept
    assert summed[1].messages[1]["content"].startswith("<summary>\n- My size is 42.\n</summary>")


def test_personal_data_in_a_new_question_changes_no_placeholder_before_it(acme, voice):
    GuardPolicy.objects.create(tenant=acme, hidden=["email"])
    talk = [
        {"role": "user", "content": "I am ada@example.com."},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Or bob@example.com?"},
    ]
    last = prompts(acme, voice, talk)[-1]
    assert last.messages[1]["content"] == "I am [EMAIL_1]."
    assert "Or [EMAIL_2]?" in last.messages[-1]["content"]


def test_roles_take_turns_whatever_the_summary_stands_before(acme, voice):
    for talk in ([], TALK[:2], TALK[1:2]):
        prompt = compose_prompt(acme, voice, talk, "And now?", summary="- My size is 42.").prompt
        roles = [one["role"] for one in prompt.messages]
        assert roles[0] == "system"
        assert all(one != following for one, following in itertools.pairwise(roles))


def test_what_is_left_out_goes_by_blocks_whose_borders_do_not_move():
    said = [Said(n, n, "visitor", f"{n} " + "word " * 100) for n in range(1, 200)]
    firsts = [newest(said[:end], HISTORY_TOKENS)[0].seq for end in range(1, len(said))]
    moves = [one for one, following in itertools.pairwise(firsts) if one != following]
    assert all(first == 1 or first % BLOCK == 0 for first in firsts)
    assert len(moves) < len(firsts) / BLOCK + 1
    assert all(
        sum(one.tokens for one in newest(said[:end], HISTORY_TOKENS)) <= HISTORY_TOKENS
        for end in range(1, len(said))
    )


def test_of_a_single_block_that_is_too_long_the_newest_messages_stay():
    said = [Said(n, n, "visitor", "word " * 1400) for n in range(1, 6)]
    assert [one.seq for one in newest(said, HISTORY_TOKENS)] == [4, 5]


@pytest.mark.parametrize(
    ("kind", "takes", "sent"),
    [(Kind.OPENAI, True, True), (Kind.OPENAI, False, False), (Kind.COMPATIBLE, True, False)],
    ids=["accepted", "refused by the model", "unknown to the server"],
)
def test_the_cache_key_names_tenant_and_version_where_it_is_taken(acme, voice, kind, takes, sent):
    voice = dataclasses.replace(voice, accepts=Accepts(cache_key=takes))
    prompt = compose_prompt(acme, voice, [], "Hello?").prompt
    server = Server("there", kind, "http://127.0.0.1:9/v1")
    request = OpenAIChat(server, "sk-none").request_of(prompt)
    assert request.get("prompt_cache_key") == (f"{acme.pk}/{voice.label}" if sent else None)
    assert voice.label.endswith(" v1")


def test_a_long_name_makes_no_key_that_the_api_refuses(acme, voice):
    long = dataclasses.replace(voice, label="亚" * 100 + " v3")
    other = dataclasses.replace(voice, label="亚" * 100 + " v4")
    keys = {compose_prompt(acme, one, [], "Hello?").prompt.cache_key for one in (long, other)}
    assert len(keys) == 2
    assert all(len(key.encode()) <= 64 for key in keys)
