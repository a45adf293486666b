"""Whatever the document allows, and much that it does not, is answered as the document says.

`SCHEMA_EXAMPLES` asks for more than the few of each operation that CI does.
"""

import os

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
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
EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "3"))
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
    turn = iter(range(10**9))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=good_or_bad(operation))
    def ask(case):
        # every second one is about something that is there
        if next(turn) % 2:
            given = {k: v for k, v in known.items() if k in (case.path_parameters or {})}
            case.path_parameters = (case.path_parameters or {}) | given
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


def good_or_bad(operation):
    """Requests of the operation, as the document has them and otherwise."""
    good = operation.as_strategy()
    return good | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
