"""What the widget is told about its looks and what it offers."""

import hashlib
from typing import Any

from django.conf import settings

from chatbot.engine.canary import version_for
from chatbot.engine.model_choice import published_version, voice_in
from chatbot.providers.demo import is_demo
from conversations.models import Tenant, WidgetSettings
from conversations.models.messages import MAX_MESSAGE_CHARACTERS
from conversations.selectors.widget import opening_of, widget_of
from conversations.services.files import TYPES


def config_of(tenant: Tenant, locale: str, visitor_id: int | None = None) -> dict[str, Any]:
    """How the tenant's widget looks and what it offers; what is left out is off.

    Who is known may be in a canary, and is greeted by its version.
    """
    version = version_for(tenant, visitor_id) if visitor_id else published_version(tenant)
    look = widget_of(tenant)
    config: dict[str, Any] = {
        "title": look.title or tenant.name,
        "greeting": look.greeting or (version.greeting if version else ""),
        "openers": version.openers if version else [],
        "demo": is_demo(voice_in(version, tenant).model),
        "max_characters": MAX_MESSAGE_CHARACTERS,
        "color": look.colour,
        "position": look.position,
        "csat": look.asks_score,
        "suggestions": look.suggests,
        "typing": True,
        # the widget says that the answer will be mailed
        "mail_capture": look.mail_capture and bool(settings.EMAIL_HOST),
        "upload": {"max_mb": settings.UPLOAD_MAX_MB, "types": TYPES} if look.takes_files else None,
        "hours": opening_of(tenant, locale),
        "avatar": avatar_path(look),
        "privacy_url": look.privacy_url,
        "prechat": look.prechat,
        "proactive": look.proactive,
        "texts": look.texts,
    }
    return {
        name: value
        for name, value in config.items()
        # openers have always been there, and what is empty says nothing
        if name in ("greeting", "openers", "demo") or value not in (None, "", [], {}, False)
    }


def avatar_path(look: WidgetSettings) -> str:
    """Where the picture is, or nothing; another picture has another address."""
    if not look.avatar_type:
        return ""
    return f"/widget/avatar/{look.tenant.public_key}/{look.avatar_type.partition(':')[2]}"


def avatar_mark(kind: str, content: bytes) -> str:
    """What `avatar_type` holds: the type, and a mark that changes with the picture."""
    return f"{kind}:{hashlib.sha256(content).hexdigest()[:12]}"
