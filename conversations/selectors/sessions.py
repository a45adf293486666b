"""What is known of a visitor's devices."""

from conversations.models import VisitorSession


def locale_of(conversation_id: int) -> str:
    """The language of the device that the visitor used last; empty where it named none."""
    rows = VisitorSession.objects.filter(visitor__conversations=conversation_id)
    return rows.order_by("-last_seen_at").values_list("locale", flat=True).first() or ""
