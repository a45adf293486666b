"""A token that the site signed says who a visitor is, once, and no other token does."""

import base64
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from django.db import connection

from chatbot.identity import add_secret
from chatbot.models import IdentitySecret, UsedToken
from conversations.models import Conversation, Visitor, VisitorSession
from conversations.services import handoff
from tests.chatbot.visits import SHOP, Visit, open_session_at
from tests.factories import answered, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(acme):
    acme.allowed_origins = [SHOP]
    acme.save()
    return add_secret(acme)


def signed(tenant, secret, algorithm="HS256", without="", **claims):
    told = {
        **{"sub": "user-7", "aud": tenant.public_key, "exp": int(time.time()) + 600},
        **{"jti": str(uuid.uuid4()), "name": "Ada", "email": "ada@example.com"},
    } | claims
    return jwt.encode({k: v for k, v in told.items() if k != without}, secret, algorithm)


def unsigned(tenant, **claims):
    """As the JOSE header allows: no algorithm and no signature."""
    told = {"sub": "user-7", "aud": tenant.public_key, "exp": int(time.time()) + 600, "jti": "1"}
    parts = [{"alg": "none", "typ": "JWT"}, told | claims]
    return (
        ".".join(
            base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts
        )
        + "."
    )


def test_a_visitor_is_who_the_site_says(acme, secret):
    answer = open_session_at(acme, user_jwt=signed(acme, secret)).json()
    assert answer["visitor"] == {"identified": True, "name": "Ada", "email": "ada@example.com"}
    visitor = Visitor.objects.get()
    assert (visitor.user_id, visitor.name) == ("user-7", "Ada")


def test_what_was_said_anonymously_is_theirs_under_a_new_secret(acme, secret):
    before = open_session_at(acme).json()
    talk = Conversation.objects.get()
    answered(talk, "30 days.")
    after = open_session_at(acme, token=before["token"], user_jwt=signed(acme, secret)).json()
    assert after["conversation"] == before["conversation"]
    assert after["token"] != before["token"]
    again = open_session_at(acme, token=before["token"]).json()
    assert again["conversation"] != before["conversation"]
    assert not again["visitor"]["identified"]


def test_on_a_second_device_they_find_their_conversation(acme, secret):
    first = open_session_at(acme, user_jwt=signed(acme, secret)).json()
    answered(Conversation.objects.get(), "30 days.")
    second = open_session_at(acme, user_jwt=signed(acme, secret)).json()
    assert second["conversation"] == first["conversation"]
    assert second["token"] != first["token"]
    assert Visitor.objects.filter(user_id="user-7").count() == 1


def test_a_thread_begun_on_a_second_device_joins_the_others(acme, secret):
    home = open_session_at(acme, user_jwt=signed(acme, secret)).json()
    earlier = Conversation.objects.get()
    answered(earlier, "30 days.")
    phone = open_session_at(acme).json()
    shown = Conversation.objects.exclude(pk=earlier.pk).get()
    answered(shown, "14 days.")
    joined = open_session_at(acme, token=phone["token"], user_jwt=signed(acme, secret)).json()
    assert joined["conversation"] == phone["conversation"] != home["conversation"]
    user = Visitor.objects.get(user_id="user-7")
    states = dict(user.conversations.values_list("pk", "state"))
    assert states == {earlier.pk: "closed", shown.pk: "bot"}


def test_a_conversation_with_a_person_stays_open(acme, secret, ben):
    open_session_at(acme, user_jwt=signed(acme, secret))
    with_ben = Conversation.objects.get()
    handoff.staff_says(with_ben, ben, "I look into it.")
    phone = open_session_at(acme).json()
    shown = Conversation.objects.exclude(pk=with_ben.pk).get()
    answered(shown, "14 days.")
    joined = open_session_at(acme, token=phone["token"], user_jwt=signed(acme, secret)).json()
    assert joined["conversation"] == str(with_ben.public_id)
    shown.refresh_from_db()
    assert (shown.state, shown.visitor) == ("closed", with_ben.visitor)


def test_a_thread_in_which_nothing_was_said_is_gone(acme, secret):
    home = open_session_at(acme, user_jwt=signed(acme, secret)).json()
    phone = open_session_at(acme).json()
    joined = open_session_at(acme, token=phone["token"], user_jwt=signed(acme, secret)).json()
    assert joined["conversation"] == home["conversation"]
    assert Conversation.objects.count() == 1


def test_nothing_of_one_user_becomes_anothers(acme, secret):
    first = open_session_at(acme, user_jwt=signed(acme, secret)).json()
    answered(Conversation.objects.get(), "30 days.")
    other = signed(acme, secret, sub="user-8", name="Bo", email="")
    second = open_session_at(acme, token=first["token"], user_jwt=other).json()
    assert second["conversation"] != first["conversation"]
    assert second["visitor"] == {"identified": True, "name": "Bo", "email": ""}
    assert (
        open_session_at(acme, token=first["token"]).json()["conversation"] == first["conversation"]
    )


MUTATIONS = {
    "no algorithm": lambda acme, secret: unsigned(acme),
    "another secret": lambda acme, secret: signed(acme, "x" * 43),
    "another algorithm": lambda acme, secret: signed(acme, secret * 2, "HS512"),
    "the same secret by another algorithm": lambda acme, secret: signed(
        acme, secret + secret, "HS384"
    ),
    "expired": lambda acme, secret: signed(acme, secret, exp=int(time.time()) - 120),
    "good for an hour": lambda acme, secret: signed(acme, secret, exp=int(time.time()) + 3600),
    "good for ever": lambda acme, secret: signed(acme, secret, without="exp"),
    "another tenant's": lambda acme, secret: signed(acme, secret, aud="pk_other"),
    "for several tenants": lambda acme, secret: signed(acme, secret, aud=[acme.public_key, "pk"]),
    "for nobody": lambda acme, secret: signed(acme, secret, without="aud"),
    "of nobody": lambda acme, secret: signed(acme, secret, without="sub"),
    "of an empty name": lambda acme, secret: signed(acme, secret, sub=" "),
    "of a long name": lambda acme, secret: signed(acme, secret, sub="x" * 201),
    "without a number": lambda acme, secret: signed(acme, secret, without="jti"),
    "not yet good": lambda acme, secret: signed(acme, secret, nbf=int(time.time()) + 300),
    "with half an address": lambda acme, secret: signed(acme, secret, email="ada@"),
    "with a list for a name": lambda acme, secret: signed(acme, secret, name=["Ada"]),
    "cut": lambda acme, secret: signed(acme, secret)[:-2],
    "changed": lambda acme, secret: "x" + signed(acme, secret)[1:],
    "no token": lambda acme, secret: "hello",
    "very long": lambda acme, secret: signed(acme, secret, more="x" * 5000),
    "signed by the public key": lambda acme, secret: signed(acme, acme.public_key.ljust(43, "=")),
}


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_token_that_is_not_right_changes_nothing(acme, secret, kind):
    visit = Visit(acme)
    before = [VisitorSession.objects.count(), UsedToken.objects.count()]
    answer = open_session_at(acme, token=visit.token, user_jwt=MUTATIONS[kind](acme, secret))
    assert (answer.status_code, answer.json()["error"]) == (403, "bad_identity")
    assert [VisitorSession.objects.count(), UsedToken.objects.count()] == before
    visit.session.visitor.refresh_from_db()
    assert visit.session.visitor.user_id == ""
    assert open_session_at(acme, token=visit.token).json()["token"] == visit.token


def test_a_token_is_good_once(acme, secret):
    token = signed(acme, secret)
    assert open_session_at(acme, user_jwt=token).status_code == 200
    assert open_session_at(acme, user_jwt=token).status_code == 403
    assert Visitor.objects.count() == 1


def test_a_secret_of_one_tenant_signs_nothing_for_another(acme, globex, secret):
    globex.allowed_origins = [SHOP]
    globex.save()
    add_secret(globex)
    assert open_session_at(globex, user_jwt=signed(globex, secret)).status_code == 403


def test_a_tenant_without_a_secret_believes_nobody(acme):
    acme.allowed_origins = [SHOP]
    acme.save()
    assert open_session_at(acme, user_jwt=signed(acme, "x" * 43)).status_code == 403


def test_two_secrets_are_live_and_the_third_ends_the_first(acme, secret):
    second = add_secret(acme)
    for one in (secret, second):
        assert open_session_at(acme, user_jwt=signed(acme, one)).status_code == 200
    add_secret(acme)
    assert open_session_at(acme, user_jwt=signed(acme, secret)).status_code == 403
    assert open_session_at(acme, user_jwt=signed(acme, second)).status_code == 200
    assert IdentitySecret.objects.filter(tenant=acme).count() == 2


def test_a_secret_lies_encrypted(acme, secret):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM chatbot_identitysecret")
        row = str(cursor.fetchall())
    assert secret not in row
    assert secret[-4:] in row


def test_used_tokens_are_forgotten_once_they_have_expired(acme, secret):
    open_session_at(acme, user_jwt=signed(acme, secret))
    UsedToken.objects.update(expires_at="2020-01-01T00:00Z")
    open_session_at(acme, user_jwt=signed(acme, secret))
    assert UsedToken.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_devices_at_once_are_one_person():
    tenant = make_tenant(allowed_origins=[SHOP])
    secret = add_secret(tenant)

    def arrive(_):
        try:
            return open_session_at(tenant, user_jwt=signed(tenant, secret)).json()["conversation"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(arrive, range(8)))) == 1
    assert Visitor.objects.filter(user_id="user-7").count() == 1
