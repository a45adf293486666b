"""A client that is generated from the document does all that the document promises."""

import importlib
import json
import subprocess
import sys
import uuid
from decimal import Decimal

import pytest

from billing.usage import Usage
from chatbot.api.site import document
from chatbot.models import Scope
from conversations.models import Generation
from tests import factories
from tests.api.programs import make_token

CONFIG = "project_name_override: counterfoil-client\npackage_name_override: counterfoil_client\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The generated package, imported."""
    place = tmp_path_factory.mktemp("client")
    (place / "openapi.json").write_text(json.dumps(document()))
    (place / "config.yml").write_text(CONFIG + "post_hooks: []\n")
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"),
            *("--path", "openapi.json", "--config", "config.yml", "--fail-on-warning"),
        ],
        cwd=place,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(place))
    yield importlib.import_module("counterfoil_client")
    sys.path.remove(str(place))


def _module(name):
    return importlib.import_module(f"counterfoil_client.{name}")


def test_the_generated_client_does_what_the_document_says(client, live_server, acme, cleo):
    token = make_token(acme, cleo, *(one for one in Scope if one != Scope.TENANTS))
    models = _module("models")
    with client.AuthenticatedClient(
        base_url=live_server.url, token=token, raise_on_unexpected_status=True
    ) as line:
        api = {
            name: _module(f"api.{group}.{name}").sync
            for group, names in {
                "conversations": ["begin_conversation", "post_message", "close_conversation"],
                "knowledge": ["put_document", "list_documents", "delete_document"],
                "spending": ["read_spend"],
            }.items()
            for name in names
            if name != "delete_document"
        }
        key = str(uuid.uuid4())
        talk = api["begin_conversation"](
            client=line, body=models.NewConversation(visitor_name="Ada"), idempotency_key=key
        )
        again = api["begin_conversation"](
            client=line, body=models.NewConversation(visitor_name="Ada"), idempotency_key=key
        )
        assert talk.id == again.id
        posted = api["post_message"](talk.id, client=line, body=models.NewMessage(text="Hello?"))
        assert (posted.message.text, posted.message.role.value) == ("Hello?", "visitor")
        listing = _module("api.conversations.list_messages").sync
        page = listing(talk.id, client=line, limit=1)
        assert page.items[0].id == posted.message.id
        stored = api["put_document"](
            client=line, body=models.NewDocument(title="Returns", text="Thirty days.")
        )
        assert [one.id for one in api["list_documents"](client=line).items] == [stored.id]
        usage, price = Usage(1234, 567), factories.make_price()
        entry = factories.make_ledger_entry(Generation.objects.get(), price, usage)
        spent = api["read_spend"](client=line)
        assert Decimal(spent.lines[0].amount) == entry.amount
        assert api["close_conversation"](talk.id, client=line).state.value == "closed"
        problem = _module("api.knowledge.read_document").sync(99, client=line)
        assert (problem.status, problem.code) == (404, "not_found")
