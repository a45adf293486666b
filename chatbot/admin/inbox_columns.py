"""What stands in each row of the list of conversations."""

import zoneinfo
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.decorators import display

from billing.money import shown
from chatbot.admin.neighbours import address_of
from chatbot.models import InboxRow
from conversations.models import Conversation

State = Conversation.State
PILLS = {
    State.BOT: "Bot",
    State.WAITING: "Waits for a person",
    State.STAFF: "Person",
    State.CLOSED: "Closed",
}
COLOURS = {
    PILLS[State.BOT]: "info",
    PILLS[State.WAITING]: "warning",
    PILLS[State.STAFF]: "success",
    PILLS[State.CLOSED]: "",
}
MARKS = {
    "blocked": "Blocked",
    "failed": "Failed",
    "unanswered": "Unanswered",
    "handed_over": "Handed over",
    "no_source": "No source",
}


class InboxColumns:
    """The columns; which of them somebody sees is the page's to say."""

    @display(description="state", label=COLOURS)
    def pill(self, conversation: Conversation) -> str:
        """Who answers now, in short."""
        return PILLS[State(conversation.state)]

    @admin.display(description="first line")
    def opening(self, conversation: Any) -> str:
        """How the visitor began."""
        return Truncator(conversation.first_line or "Nothing said yet").chars(90)

    @admin.display(description="found", empty_value="–")
    def found(self, conversation: Any) -> SafeString | None:
        """Where the words stand that were searched for, and the way there."""
        found = getattr(conversation, "snippet", None)
        if found is None:
            return None
        url = f"{address_of(conversation.pk, conversation.carried)}#m{found.seq}"
        return format_html('<a class="talk-snippet" href="{}">{}</a>', url, found.html)

    @admin.display(description="marks", empty_value="")
    def marks(self, conversation: Conversation) -> SafeString | None:
        """What a person may want to look at, the gravest first."""
        row = _row(conversation)
        found = [(one, MARKS[one]) for one in MARKS if row and one in row.marks]
        return (
            format_html_join(" ", '<span class="talk-badge talk-badge-{}">{}</span>', found) or None
        )

    @admin.display(description="visitor")
    def who(self, conversation: Conversation) -> SafeString:
        """The visitor's name, or part of their id."""
        return _unbroken(str(conversation.visitor))

    @admin.display(description="turns")
    def turns(self, conversation: Any) -> SafeString:
        """How often the visitor wrote, and how long it was from the first word to the last."""
        seconds = int((conversation.updated_at - conversation.created_at).total_seconds())
        hours, minutes = seconds // 3600, seconds // 60 % 60
        lasted = f"{hours} h {minutes} min" if hours else f"{minutes} min"
        return _over(conversation.turns, f"{hours // 24} days" if hours >= 48 else lasted)

    @admin.display(description="model", empty_value="–")
    def last_model(self, conversation: Any) -> SafeString | None:
        """The model that replied last, and the slowest whole reply."""
        if not conversation.last_model:
            return None
        row = _row(conversation)
        slowest = row.slowest_ms if row else None
        under = "" if slowest is None else f"slowest {slowest / 1000:.1f} s"
        return _over(conversation.last_model, under)

    @admin.display(description="cost", empty_value="–")
    def cost(self, conversation: Any) -> str | None:
        """In dollars."""
        amount: Decimal | None = conversation.cost
        return None if amount is None else shown(amount)

    @admin.display(description="updated", ordering="updated_at")
    def updated(self, conversation: Conversation) -> SafeString:
        """When something was said last, at the tenant's place."""
        zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
        return _unbroken(date_format(conversation.updated_at.astimezone(zone), "j M Y, H:i"))


def _over(first: Any, second: str) -> SafeString:
    """Two lines of a cell, the second in small."""
    return format_html(
        '<span class="talk-unbroken">{}</span><span class="talk-under">{}</span>', first, second
    )


def _row(conversation: Conversation) -> InboxRow | None:
    """None for some seconds after the conversation began."""
    return getattr(conversation, "inbox", None)


def _unbroken(text: str) -> SafeString:
    return format_html('<span class="talk-unbroken">{}</span>', text)
