"""Programs that use the REST API."""

import json
from typing import Any

from django.test import Client

from chatbot.models import ApiToken
from chatbot.models.api import new_token


def make_token(tenant: Any, person: Any, *scopes: Any, **fields: Any) -> str:
    """A token with these scopes."""
    secret = new_token()
    row = ApiToken(tenant=tenant, person=person, name="test", scopes=list(scopes), **fields)
    row.set_token(secret)
    row.save()
    return secret


class Program:
    """Asks with its token; answers are Django's responses, with `.json()`."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        return self._send("post", path, body, key)

    def put(self, path: str, body: Any = None, key: str = "") -> Any:
        return self._send("put", path, body, key)

    def delete(self, path: str, key: str = "") -> Any:
        return self._send("delete", path, None, key)

    def _send(self, method: str, path: str, body: Any, key: str) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return getattr(self._client, method)(
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )


def program(tenant: Any, person: Any, *scopes: Any, **fields: Any) -> Program:
    """A program with a new token."""
    return Program(make_token(tenant, person, *scopes, **fields))
