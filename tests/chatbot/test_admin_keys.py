"""Keys come in by the admin, take over from each other, and are never shown again."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chatbot.models import ProviderKey
from chatbot.providers.base import Failure
from chatbot.providers.breaker import breaker
from chatbot.providers.errors import Family
from tests import factories

SECRET = "sk-proj-0123456789abcdefghijklmnop-WXYZ"
ADD = reverse("admin:chatbot_providerkey_add")
LIST = reverse("admin:chatbot_providerkey_changelist")


@pytest.fixture
def operator(db):
    client = Client()
    client.force_login(factories.make_user("root", is_superuser=True))
    return client


def put_in(client, **given):
    form = {"label": "Shop", "key": SECRET, "rotate_by": "2027-01-01"} | given
    return client.post(ADD, form)


def test_a_key_lies_encrypted_and_shows_its_last_four_characters(operator):
    assert put_in(operator).status_code == 302
    row = ProviderKey.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT chatbot_providerkey::text FROM chatbot_providerkey")
        stored = cursor.fetchone()[0]
    assert SECRET not in stored
    assert SECRET[3:20] not in stored
    assert row.secret.reveal().get_secret_value() == SECRET
    page = operator.get(LIST).content.decode()
    assert "…WXYZ" in page
    assert (
        SECRET
        not in page
        + operator.get(reverse("admin:chatbot_providerkey_change", args=[row.pk])).content.decode()
    )


def test_a_form_that_is_sent_back_does_not_hold_the_key(operator):
    page = put_in(operator, label="").content.decode()
    assert "This field is required" in page
    assert SECRET not in page


def test_the_same_key_is_refused_a_second_time(operator):
    put_in(operator)
    assert "here already" in put_in(operator).content.decode()
    assert ProviderKey.objects.count() == 1


def test_a_successor_leaves_the_old_key_a_week(operator):
    old = factories.make_key()
    put_in(operator, successor_of=old.pk)
    old.refresh_from_db()
    left = old.retires_at - timezone.now()
    assert datetime.timedelta(days=6) < left <= datetime.timedelta(days=7)
    assert ProviderKey.objects.exclude(pk=old.pk).get().retires_at is None


def test_a_key_of_another_server_is_no_predecessor(operator):
    old = factories.make_key(server=factories.make_server())
    assert "of another server" in put_in(operator, successor_of=old.pk).content.decode()


def test_a_key_is_to_be_replaced_within_a_month_unless_told_otherwise(db):
    days = factories.make_key().rotate_by - timezone.localdate()
    assert days == datetime.timedelta(days=30)


def test_a_key_that_was_refused_by_mistake_is_put_back(operator):
    key = factories.make_key(refused_at=timezone.now(), refused_why="invalid_api_key")
    refused = Failure("invalid_api_key", "", billed=False, family=Family.BAD_KEY)
    place = f"environment/{key.fingerprint}"
    breaker().heard(place, f"{place}/demo-1", refused)
    again = {"action": "use_again", "_selected_action": [key.pk]}
    assert "is used again" in operator.post(LIST, again, follow=True).content.decode()
    key.refresh_from_db()
    assert (key.refused_at, key.refused_why) == (None, "")
    assert breaker().board.all() == []
