"""Small numbers beside the entries of the sidebar."""

from django.http import HttpRequest

from conversations import access
from conversations.models import Conversation
from conversations.services.notices import newest_first

MOST = 99


def waiting(request: HttpRequest) -> str:
    """How many visitors wait for a person where this one works; empty for none.

    An index holds only conversations with a person or without one they
    asked for, so that every page can ask.
    """
    rows = access.visible(request.user, Conversation).filter(state=Conversation.State.WAITING)
    number = len(rows.order_by().values_list("pk")[: MOST + 1])
    return f"{MOST}+" if number > MOST else str(number or "")


def notices(request: HttpRequest) -> str:
    """How many notices the person has not seen; empty for none."""
    unseen = newest_first(request.user).filter(seen_at=None)
    number = len(unseen.order_by().values_list("pk")[: MOST + 1])
    return f"{MOST}+" if number > MOST else str(number or "")
