"""Secrets put in at every door, and looked for in what the processes logged."""

import http.client
import secrets
import uuid
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.db import connection

from chatbot import intake
from chatbot.bench.stack import Stack
from conversations.access import session_with_token
from conversations.models import Tenant
from conversations.services.sessions import conversation_of

CARD = "4111 1111 1111 1111"
FAILURES = [
    {"match": "*", "status": 401},
    {"match": "*", "status": 429},
    {"match": "*", "status": 500},
    {},
]


def plant(stack: Stack, tenant: Tenant, provider_key: str) -> dict[str, str]:
    """Each secret by its name; all of them went through the product, its failures included."""
    mark = secrets.token_hex(8)
    session = stack.open_session(tenant.public_key)
    planted = {
        "the provider's key": provider_key,
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEY": settings.FIELD_KEYS[0],
        "the database's password": connection.settings_dict["PASSWORD"],
        "a visitor's token": session["token"],
        "a ticket": session["ticket"],
        "a card": CARD,
        "a password": f"word-{mark}",
        "a staff password": f"staff-{mark}",
        "an address": f"ada.{mark}@example.com",
        "a key in a message": f"sk-proj-{mark}{mark}",
        "a key in an address": f"sk-live-{mark}{mark}",
        "a key in a header": f"ghp_{mark}{mark}",
    }
    bearer = {"Authorization": f"Bearer {session['token']}"}
    talk = conversation_of(session_with_token(session["token"]))  # type: ignore[arg-type]
    words = ", ".join(planted[name] for name in ("a card", "an address", "a key in a message"))
    for rule in FAILURES:
        stack.behave([rule] if rule else [])
        intake.receive(talk, client_id=uuid.uuid4(), text=f"Pay with {words}, please.")
        stack.wait_until_idle()
    stack.behave([])
    asked = [
        ("POST", "/widget/session", {}, orjson.dumps({"key": words, "token": session["token"]})),
        ("POST", "/widget/session", {}, words.encode()),
        ("POST", "/widget/mail", bearer, orjson.dumps({"email": planted["an address"]})),
        ("POST", "/widget/prechat", bearer, orjson.dumps({"fields": {"name": words}})),
        ("POST", "/widget/send", bearer, orjson.dumps({"type": words})),
        ("POST", "/widget/upload", bearer, words.encode()),
        ("GET", "/widget/transcript", {"Authorization": f"Bearer {planted['a password']}"}, b""),
        ("GET", "/nothing", {"X-Api-Key": planted["a key in a header"]}, b""),
        ("GET", f"/nothing?{urlencode({'key': planted['a key in an address']})}", {}, b""),
        ("GET", "/", {"Host": f"{mark}.evil.example\tX: {planted['a password']}"}, b""),
        ("GET", "/admin/", {"Cookie": f"sessionid={planted['a password']}"}, b""),
        (
            "POST",
            "/account/login/",
            {"Content-Type": "application/x-www-form-urlencoded"},
            urlencode({"login": words, "password": planted["a staff password"]}).encode(),
        ),
    ]
    for method, path, headers, body in asked:
        line = http.client.HTTPConnection("127.0.0.1", stack.web_port, timeout=10)
        line.request(method, path, body, {"Origin": stack.url} | headers)
        line.getresponse().read()
        line.close()
    return {name: value for name, value in planted.items() if len(value) > 3}


def found(stack: Stack, planted: dict[str, str]) -> list[str]:
    """Which secret stands in the log of which process of ours; the model is not."""
    return [
        f"{name} in the log of {process}"
        for process in stack.processes
        if process != "demo model"
        for name, value in planted.items()
        if value in stack.said(process)
    ]
