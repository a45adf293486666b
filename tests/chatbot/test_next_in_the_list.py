"""From one conversation to the next within the filter and order of the list."""

import re

import pytest
from django.test import Client

from chatbot.inbox.filling import fill
from conversations.models import Conversation
from conversations.services import generations
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/conversation/"


@pytest.fixture
def talks(acme):
    """Six, oldest first; every second one failed."""
    made = []
    for number in range(6):
        generation = factories.claimed(factories.make_conversation(acme), f"number {number}")
        if number % 2:
            generations.fail(generation, code="timeout", text="Too slow.")
        made.append(generation.conversation_id)
    fill(made)
    return made


def ways(client, url):
    """Where `k` and `j` lead from this page, and the list."""
    text = client.get(url).text
    return {
        key: re.search(rf'<a href="([^"]*)" data-key="{key}"', text)[1].replace("&amp;", "&")
        for key in "jku"
        if f'data-key="{key}"' in text
    }


def walked(client, url, key):
    """The conversations that a key leads through, from here on."""
    found = []
    while url:
        found.append(int(re.search(r"/(\d+)/change/", url)[1]))
        url = ways(client, url).get(key)
    return found


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", [5, 4, 3, 2, 1, 0]),
        ("mark=failed", [5, 3, 1]),
        ("mark=failed&o=8", [1, 3, 5]),
        ("q=number", [5, 4, 3, 2, 1, 0]),
    ],
    ids=["all", "failed", "oldest first", "search"],
)
def test_the_keys_lead_through_the_list_in_its_order(talks, ben, filters, expected):
    client = Client()
    client.force_login(ben)
    listing = client.get(f"{LIST}?{filters}")
    assert listing.status_code == 200
    first = re.search(r'href="(/admin/conversations/conversation/\d+/change/[^"#]*)"', listing.text)
    begin = first[1].replace("&amp;", "&")
    in_order = [talks[number] for number in expected]
    assert walked(client, begin, "j") == in_order
    assert ways(client, begin)["u"] == f"{LIST}?{filters}" if filters else LIST


def test_those_of_one_moment_are_passed_one_by_one(talks, ben):
    moment = Conversation.objects.get(pk=talks[0]).updated_at
    Conversation.objects.update(updated_at=moment)
    client = Client()
    client.force_login(ben)
    down = walked(client, f"{LIST}{talks[-1]}/change/", "j")
    assert down == talks[::-1]
    assert walked(client, f"{LIST}{talks[0]}/change/", "k") == talks


def test_what_is_no_filter_is_as_none(talks, ben):
    client = Client()
    client.force_login(ben)
    page = client.get(f"{LIST}{talks[2]}/change/?_changelist_filters=nonsense%3D1%26p%3Dx")
    assert page.status_code == 200


def test_an_act_leads_back_into_the_same_list(talks, ben):
    client = Client()
    client.force_login(ben)
    carried = "?_changelist_filters=mark%3Dfailed"
    answer = client.post(f"{LIST}{talks[1]}/take-over/{carried}")
    assert answer.url == f"{LIST}{talks[1]}/change/{carried}#now"
