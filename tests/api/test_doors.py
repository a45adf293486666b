"""Every operation times every kind of token: who gets in follows from scopes and `roles.py`."""

import datetime
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from chatbot.api.site import document
from chatbot.models import ApiToken, Scope, Source
from chatbot.models.api import ACTS
from conversations.roles import RANKS, acts_of
from tests import factories
from tests.api.programs import Program, program
from tests.house.test_access_matrix import _document

pytestmark = pytest.mark.django_db

OPERATIONS = [
    (operation["operationId"], method, path, operation["security"][0]["Token"][0])
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
    # served beside Django: tests/journeys/test_a_program.py
    if not path.endswith("/stream")
]
IDS = [one[0] for one in OPERATIONS]
BODIES = {
    "begin_conversation": {},
    "post_message": {"text": "Hello"},
    "put_document": {"title": "Returns", "text": "Thirty days."},
    "create_tenant": {"name": "New", "slug": "new-one", "owner": "nora@example.com"},
}


def ask(program, method, path, tenant, name):
    """The operation on something of this tenant; returns the response."""
    places = {
        "conversation": lambda: factories.make_conversation(tenant).public_id,
        "document": lambda: _document(tenant).pk,
        "source": lambda: (
            Source.objects.get_or_create(tenant=tenant, url="https://a.example/")[0].pk
        ),
        "job": lambda: _job(tenant),
        "slug": lambda: tenant.slug,
    }
    for place, thing in places.items():
        if "{" + place + "}" in path:
            path = path.replace("{" + place + "}", str(thing()))
    path = path.removeprefix("/api/v1")
    if method == "get":
        return program.get(path)
    return getattr(program, method)(path, BODIES.get(name))


def _job(tenant):
    made = Source.objects.get_or_create(tenant=tenant, url="https://a.example/")[0].jobs.create(
        tenant=tenant, what="x"
    )
    return made.pk


@pytest.mark.parametrize(("name", "method", "path", "scope"), OPERATIONS, ids=IDS)
def test_each_scope_and_role_opens_what_it_is_for(acme, name, method, path, scope):
    if scope == Scope.TENANTS:
        return  # the operator's, below
    for role in RANKS:
        person = factories.make_member(acme, role, role)
        expected = ACTS[Scope(scope)] in acts_of(role)
        answer = ask(program(acme, person, scope), method, path, acme, name)
        assert (role, answer.status_code < 300) == (role, expected), answer.content
    others = program(acme, person, *(one for one in ACTS if one != scope))
    assert ask(others, method, path, acme, name).status_code == 403


@pytest.mark.parametrize(("name", "method", "path", "scope"), OPERATIONS, ids=IDS)
def test_nobody_and_foreigners_get_nothing(acme, globex, mallory, name, method, path, scope):
    for token in ("", "cf_wrong", "x" * 300):
        answer = ask(Program(token), method, path, acme, name)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"].startswith("Bearer")
    foreign = program(globex, mallory, *Scope.values)
    answer = ask(foreign, method, path, acme, name)
    if scope == Scope.TENANTS:
        assert answer.status_code == 403
    elif "{" in path:
        assert answer.status_code == 404
    else:
        assert acme.slug not in answer.text


def test_every_operation_behind_a_path_names_its_scope():
    assert len(OPERATIONS) > 15
    assert {one[3] for one in OPERATIONS} == set(Scope.values)


def test_the_operator_makes_tenants_and_a_tenants_token_does_not(acme):
    root = factories.make_user("root", is_superuser=True)
    own = program(None, root, Scope.TENANTS)
    made = own.post("/tenants", BODIES["create_tenant"] | {"month_limit": "12.50"})
    assert (made.status_code, made.json()["slug"]) == (201, "new-one")
    nora = get_user_model().objects.get(username="nora@example.com")
    assert (nora.has_usable_password(), nora.memberships.get().role) == (False, "owner")
    assert own.post("/tenants", BODIES["create_tenant"]).status_code == 409
    listed = [one["slug"] for one in own.get("/tenants").json()["items"]]
    assert listed == [acme.slug, "new-one"]
    assert own.get(f"/tenants/{acme.slug}").json()["name"] == "Acme"
    assert own.get("/conversations").status_code == 403
    assert program(acme, root, Scope.TENANTS).get("/tenants").status_code == 403


def test_a_token_ends_with_its_day_its_persons_rights_and_its_row(acme, cleo):
    scope = Scope.READ
    late = program(acme, cleo, scope, expires_at=timezone.now())
    assert late.get("/conversations").status_code == 401
    live = program(acme, cleo, scope)
    assert live.get("/conversations").status_code == 200
    membership = cleo.memberships.get()
    cleo.memberships.all().delete()
    assert live.get("/conversations").status_code == 403
    membership.save(force_insert=True)
    cleo.is_active = False
    cleo.save()
    assert live.get("/conversations").status_code == 401
    cleo.is_active = True
    cleo.save()
    ApiToken.objects.all().delete()
    assert live.get("/conversations").status_code == 401


def test_a_token_that_asks_too_often_waits_and_others_do_not(acme, cleo, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    quick, other = program(acme, cleo, Scope.READ), program(acme, cleo, Scope.READ)
    statuses = [quick.get("/conversations").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = quick.get("/conversations")
    assert 0 < int(refused["Retry-After"]) <= 60
    assert other.get("/conversations").status_code == 200
    ApiToken.objects.update(minute=timezone.now() - datetime.timedelta(seconds=61))
    assert quick.get("/conversations").status_code == 200


def test_when_it_was_used_last_is_known_and_its_secret_is_not(acme, cleo):
    used = program(acme, cleo, Scope.READ)
    used.get("/conversations")
    row = ApiToken.objects.get()
    assert row.last_used_at is not None
    assert used.token not in str([getattr(row, one.attname) for one in row._meta.fields])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nowhere", 404),
        ("get", f"/conversations/{uuid.UUID(int=1)}", 404),
        ("delete", "/conversations", 405),
        ("get", "/documents/0", 422),
        ("get", "/documents/99999999999999999999", 422),
    ],
    ids=["path", "thing", "method", "zero", "huge"],
)
def test_whatever_is_wrong_is_a_problem_document(program_of_cleo, method, path, status):
    answer = getattr(program_of_cleo, method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_a_body_that_is_no_json_is_a_problem(program_of_cleo):
    answer = program_of_cleo._client.post(
        "/api/v1/conversations", "{", content_type="application/json"
    )
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
