"""A visitor of a tenant as their browser asks over HTTP, for tests without the running product."""

import json
import uuid
from typing import Any

from django.test import Client

from conversations.models import Conversation, Tenant, VisitorSession, WidgetSettings
from conversations.services.sessions import conversation_of, open_session

SHOP = "https://shop.example"


class Visit:
    """One browser with its secret, on a page of this origin."""

    def __init__(self, tenant: Tenant, origin: str = SHOP, locale: str = "en") -> None:
        if origin not in tenant.allowed_origins:
            tenant.allowed_origins.append(origin)
            tenant.save()
        self.tenant, self.origin = tenant, origin
        opened = open_session(tenant, None, locale=locale, origin=origin)
        self.session: VisitorSession = opened.session
        self.token = opened.token
        self.client = Client()

    @property
    def talk(self) -> Conversation:
        """The conversation on the screen."""
        return conversation_of(self.session)

    def headers(self, **more: str) -> dict[str, str]:
        """What the browser sends along."""
        return {"Authorization": f"Bearer {self.token}", "Origin": self.origin} | more

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to this JSON."""
        return self.client.post(
            f"/widget/{path}",
            json.dumps(body if body is not None else {}),
            content_type="application/json",
            headers=self.headers(**headers),
        )

    def get(self, path: str, **headers: str) -> Any:
        """The answer to this."""
        return self.client.get(f"/widget/{path}", headers=self.headers(**headers))

    def upload(self, content: bytes, name: str = "a.png", client_id: str = "") -> Any:
        """The answer to a form with this file."""
        return self.client.post(
            "/widget/upload",
            {"file": Named(content, name), "client_id": client_id or str(uuid.uuid4())},
            headers=self.headers(),
        )


class Named:
    """Bytes with a file's name, as Django's test client reads them."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name, self._content = name, content
        self.content_type = "image/png"

    def read(self, _: int = -1) -> bytes:
        """All of it."""
        return self._content


def open_session_at(tenant: Tenant, origin: str = SHOP, **body: Any) -> Any:
    """The answer of `/widget/session` to a page of this origin."""
    return Client().post(
        "/widget/session",
        json.dumps({"key": tenant.public_key} | body),
        content_type="application/json",
        headers={"Origin": origin} if origin else {},
    )


def look(tenant: Tenant, **fields: Any) -> WidgetSettings:
    """The tenant's widget with these settings."""
    made, _ = WidgetSettings.objects.update_or_create(tenant=tenant, defaults=fields)
    return made
