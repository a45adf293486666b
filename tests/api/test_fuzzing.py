"""Whatever the document allows, and much that it does not, is answered as the document says.

`SCHEMA_EXAMPLES` asks for more than the few of each operation that CI does.
"""

import os

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from chatbot.api.site import document
from chatbot.models import Scope, Source
from tests import factories
from tests.api.programs import make_token
from tests.house.test_access_matrix import _document

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    ignored_auth,
]
OPERATIONS = sorted(
    operation["operationId"]
    for path, methods in document()["paths"].items()
    for operation in methods.values()
    if not path.endswith("/stream")
)


@pytest.fixture
def tokens(acme, cleo, settings):
    """One of a tenant with things in it, and the operator's."""
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    root = factories.make_user("root", is_superuser=True)
    mine = make_token(acme, cleo, *(one for one in Scope if one != Scope.TENANTS))
    return {False: mine, True: make_token(None, root, Scope.TENANTS)}


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does: a request does not close the test's connection."""
    ends = [signals.request_started, signals.request_finished]
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def schema():
    """The document as Schemathesis reads it, asked of Django in this process."""
    read = schemathesis.openapi.from_dict(document())
    read.app = get_wsgi_application()
    return read


@pytest.fixture
def known(acme):
    """Things that are there, so that not everything that is asked for is missing."""
    talk = factories.make_conversation(acme)
    factories.answered(talk)
    source = Source.objects.create(tenant=acme, url="https://a.example/")
    return {
        "conversation": str(talk.public_id),
        "document": _document(acme).pk,
        "source": source.pk,
        "slug": acme.slug,
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_keeps_the_documents_word(schema, name, tokens, known):
    operation = schema.find_operation_by_id(name)
    headers = {"Authorization": f"Bearer {tokens['tenant' in name]}"}
    names = {one["name"] for one in operation.definition.raw.get("parameters", ())}

    few = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    @few
    @given(case=operation.as_strategy(), there=strategies.booleans())
    def ask_well(case, there):
        if there:
            given_ids = {k: v for k, v in known.items() if k in (case.path_parameters or {})}
            case.path_parameters = (case.path_parameters or {}) | given_ids
        case.call_and_validate(headers=headers, checks=CHECKS)

    @few
    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    def ask_badly(case):
        # a parameter that there is not is passed over, as everywhere on the web
        strange = {*(case.query or {}), *(case.headers or {})} - names
        checks = [one for one in CHECKS if one is not negative_data_rejection or not strange]
        case.call_and_validate(headers=headers, checks=checks)

    ask_well()
    if operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody"):
        ask_badly()
