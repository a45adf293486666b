"""Every door for visitors opens to their own secret, on their own site, and to nothing else."""

import json
import uuid

import pytest

from conversations.models import SentFile
from tests.chatbot.visits import SHOP, Visit, look, open_session_at
from tests.factories import answered
from tests.house.test_public_routes import OF_VISITORS

pytestmark = pytest.mark.django_db
FORM = [{"name": "name", "label": "Your name", "type": "text"}]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
GETS = {"widget/transcript", "widget/file/<uuid:file>"}
DOORS = sorted(OF_VISITORS)
# what a page's address may look like to a browser, and whether it is the one in the list
ORIGINS = {
    "": False,
    "null": False,
    "https://shop.example": True,
    "https://shop.example:443": False,
    "https://shop.example:8443": False,
    "http://shop.example": False,
    "https://SHOP.example": False,
    "https://shop.example.": False,
    "https://shop.example/": False,
    "https://evil.shop.example": False,
    "https://shop.example.evil.example": False,
    "https://xn--shp-sna.example": False,
    "https://globex.example": False,
}


def ask(visit, door, token=None, origin=SHOP, file=""):
    headers = {"Authorization": f"Bearer {visit.token if token is None else token}"}
    headers |= {"Origin": origin} if origin else {}
    path = "/" + door.replace("<uuid:file>", file or str(uuid.UUID(int=1)))
    if door in GETS:
        answer = visit.client.get(path, headers=headers)
    else:
        answer = visit.client.post(path, "{}", content_type="application/json", headers=headers)
    is_json = answer["Content-Type"] == "application/json"
    answer.json_error = answer.json().get("error") if is_json else None
    return answer


@pytest.fixture
def ada(acme):
    look(acme, mail_capture=True, takes_files=True)
    return Visit(acme)


@pytest.mark.parametrize("door", DOORS)
def test_without_a_secret_that_is_known_no_door_opens(ada, door):
    for token in ("", "invented", ada.token[:-1], ada.session.token_hash, "é", "a b"):
        answer = ask(ada, door, token=token)
        assert (answer.status_code, answer.json()["error"]) == (401, "no_session")


@pytest.mark.parametrize("door", DOORS)
def test_only_a_page_of_the_tenants_site_may_ask(acme, ada, door):
    """A page of our own that reads names no origin, and so may."""
    look(acme, mail_capture=True, takes_files=True, prechat=FORM)
    refused = {
        origin: ask(ada, door, origin=origin).json_error == "origin_not_allowed"
        for origin in sorted(ORIGINS, key=ORIGINS.get)  # the right one last: it may log out
    }
    assert refused == {
        origin: not (fits or (not origin and door in GETS)) for origin, fits in ORIGINS.items()
    }


def test_a_session_opens_for_exact_pairs_of_site_and_tenant(acme, globex):
    sites = {acme: "https://shop.example", globex: "https://globex.example"}
    for tenant, site in sites.items():
        tenant.allowed_origins = [site]
        tenant.save()
    for tenant, site in sites.items():
        opened = [one for one in ORIGINS if open_session_at(tenant, one).status_code == 200]
        assert opened == [site]


@pytest.mark.parametrize("door", DOORS)
def test_another_method_is_refused(ada, door):
    other = ada.client.post if door in GETS else ada.client.get
    path = "/" + door.replace("<uuid:file>", str(uuid.UUID(int=1)))
    assert other(path, headers=ada.headers()).status_code == 405


@pytest.mark.parametrize("door", DOORS)
def test_any_page_may_ask_what_it_may_send(ada, door):
    path = "/" + door.replace("<uuid:file>", str(uuid.UUID(int=1)))
    answer = ada.client.options(path, headers={"Origin": "https://any.example"})
    assert answer.status_code == 204
    assert "authorization" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_page_may_read_only_its_own_answer(ada):
    answer = ask(ada, "widget/transcript")
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert (answer["Vary"], answer["Cache-Control"]) == ("Origin", "no-store")


def test_a_file_is_there_for_who_sent_it_and_nobody_else(acme, globex, ada):
    sent = json.loads(ada.upload(PNG).content)["id"]
    others = [Visit(acme), Visit(globex)]
    assert ask(ada, "widget/file/<uuid:file>", file=sent).content == PNG
    for other in others:
        answer = ask(other, "widget/file/<uuid:file>", file=sent)
        assert (answer.status_code, answer.json()["error"]) == (404, "no_such_file")
    assert SentFile.objects.count() == 1


def test_a_secret_of_one_tenant_is_none_of_another(acme, globex, ada):
    answered(ada.talk, "30 days.")
    stolen = open_session_at(globex, "https://globex.example", token=ada.token)
    assert stolen.status_code == 403
    Visit(globex, "https://globex.example")
    other = open_session_at(globex, "https://globex.example", token=ada.token).json()
    assert other["token"] != ada.token
