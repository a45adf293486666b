"""A tenant's own system on this machine, and a tool that leads to it."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chatbot.models import Tool
from chatbot.tools.catalogue import forget
from conversations.identity import vouch
from conversations.models import Conversation, Tenant
from tests import factories

ORDER = {"type": "string", "pattern": "^A-[0-9]{4}$"}
SCHEMA = {"type": "object", "properties": {"order": ORDER}, "required": ["order"]}


class Shop:
    """Answers every request with `answer`, and keeps what was asked."""

    def __init__(self, port: int) -> None:
        self.place = f"127.0.0.1:{port}"
        self.url = f"http://{self.place}"
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.answer: Any = {"status": "shipped", "secret": "margin 40 %"}
        self.waits = 0.0
        self.meanwhile: Callable[[], None] = lambda: None

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [one["path"] for one in self.asked]


class _Handler(BaseHTTPRequestHandler):
    def do(self) -> None:
        shop: Shop = self.server.shop
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        shop.asked.append(
            {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": json.loads(body) if body else None,
            }
        )
        shop.meanwhile()
        time.sleep(shop.waits)
        answer = shop.answer
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        with contextlib.suppress(OSError):
            self.send_response(shop.status)
            self.send_header("Location", f"{shop.url}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do

    def log_message(self, *args: Any) -> None:
        """Tests stay silent."""


@contextlib.contextmanager
def open_shop() -> Iterator[Shop]:
    """The shop answers while inside."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.shop = Shop(server.server_port)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield server.shop
    finally:
        server.shutdown()
        server.server_close()


def make_tool(tenant: Tenant, shop: Shop | None = None, **fields: Any) -> Tool:
    """A tool of the tenant, by default one that looks an order up in this shop."""
    tool = Tool(
        tenant=tenant,
        **{
            "name": "order_status",
            "label": "Order status",
            "description": "Looks up where an order is.",
            "parameters": SCHEMA,
            "url": f"{shop.url if shop else 'https://shop.example'}/orders/{{order}}",
            "answer_fields": ["status"],
        }
        | fields,
    )
    tool.save()
    forget()
    return tool


def make_cancelling(tenant: Tenant, shop: Shop | None = None, **fields: Any) -> Tool:
    """A tool that changes something."""
    return make_tool(
        tenant,
        shop,
        **{
            "name": "cancel_order",
            "label": "Cancel order",
            "description": "Cancels an order.",
            "method": "POST",
            "writes": True,
            "question": "Cancel order {order}",
        }
        | fields,
    )


def verified_talk(tenant: Tenant, external_id: str = "ada") -> Conversation:
    """The conversation of a visitor whom the tenant has vouched for."""
    talk = factories.make_conversation(tenant)
    vouch(talk.visitor, external_id)
    return talk
