"""What the command line of the admin (Ctrl+K) finds besides its pages."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from conversations.admin.rights import works_somewhere


def search(request: HttpRequest, term: str) -> list[SearchResult]:
    """The way to the conversations in which this was said, for those who work somewhere.

    Only the way: the theme keeps results for minutes, and a right that was
    taken away counts at once.
    """
    if not works_somewhere(request):
        return []
    url = reverse("admin:conversations_conversation_changelist")
    return [
        SearchResult(
            title=f"Conversations with “{term}”",
            description="Search in what was said",
            link=f"{url}?{urlencode({'q': term})}",
            icon="forum",
        )
    ]
