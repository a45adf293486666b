"""The work in the list: a column, two filters, and what is done to several at once."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.contrib.filters.admin import DropdownFilter
from unfold.forms import ActionForm

from chatbot.inbox import filling
from chatbot.inbox.asking import with_facet
from conversations import access
from conversations.admin.rights import tenant_ids
from conversations.models import Conversation, Label
from conversations.models.work import MAX_LABEL_CHARACTERS
from conversations.roles import Act
from conversations.selectors import work
from conversations.selectors.work import Beside
from conversations.services import closing, labels, snoozing, turns
from conversations.services.turns import NotDone

# the first is the one that lacks most
WORST_FIRST = (F("due_at").asc(nulls_last=True), F("waits_since").asc(), F("pk").asc())
BY_CLOCK = ("waiting", "late")


class WorkFilter(DropdownFilter):
    """What there is to do; who waits is listed worst first."""

    title = "work"
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The piles."""
        return [
            ("mine", "Mine"),
            ("unassigned", "Nobody's"),
            ("waiting", "Visitor waits for an answer"),
            ("late", "Waits too long"),
            ("snoozed", "Snoozed"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those of the pile; what is no pile finds nothing."""
        match self.value():
            case None | "":
                return queryset
            case "mine":
                return work.of_person(queryset, request.user)
            case "unassigned":
                return work.nobodys(queryset)
            case "waiting":
                return work.waiting(queryset)
            case "late":
                return work.late(queryset)
            case "snoozed":
                return work.asleep(queryset)
        return queryset.none()


class LabelFilter(DropdownFilter):
    """Conversations with a label of the person's tenants."""

    title = "label"
    parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The labels, with their tenant where there are several."""
        rows = access.visible(request.user, Label).select_related("tenant")
        found = list(rows.order_by("name")[:500])
        several = len({one.tenant_id for one in found}) > 1
        return [
            (str(one.pk), f"{one.name}, {one.tenant}" if several else one.name) for one in found
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those that have it."""
        value = self.value()
        return with_facet(queryset, f"label:{value}") if value else queryset


class WorkActionForm(ActionForm):
    """Which act, and for a label its name."""

    label = forms.CharField(
        required=False,
        label="",
        max_length=MAX_LABEL_CHARACTERS,
        widget=forms.TextInput(
            attrs={
                "class": "inbox-label",
                "placeholder": "Name of the label",
                "aria-label": "Name of the label",
                "x-show": "action === 'label_them'",
            }
        ),
    )


class WorkList:
    """The column, and the acts on several; each is done where the person may answer."""

    action_form = WorkActionForm
    list_disable_select_all = True  # pages are worked through, not whole tenants
    actions = [
        *("take_them", "give_them_by_turn", "label_them", "snooze_them"),
        *("close_them", "reopen_them"),
    ]

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Whether the person may answer anywhere."""
        return bool(tenant_ids(request, Act.ANSWER))

    @admin.display(description="desk", empty_value="–")
    def at_desk(self, conversation: Any) -> SafeString | None:
        """How long the visitor waits, whose it is, until when it rests, its labels."""
        beside: Beside = getattr(conversation, "beside", None) or Beside()
        parts = []
        if beside.clock:
            parts.append(clock_html(beside.clock))
        if beside.assignee:
            parts.append(format_html('<span class="talk-unbroken">{}</span>', beside.assignee))
        if beside.snoozed_until:
            zone = zoneinfo.ZoneInfo(conversation.tenant.time_zone)
            until = date_format(beside.snoozed_until.astimezone(zone), "j M, H:i")
            parts.append(format_html('<span class="talk-under">rests until {}</span>', until))
        parts += [format_html('<span class="talk-label">{}</span>', name) for name in beside.labels]
        if not parts:
            return None
        pieces = format_html_join(" ", "{}", [(part,) for part in parts])
        return format_html('<span class="inbox-desk">{}</span>', pieces)

    @admin.action(description="Assign to me", permissions=["answer"])
    def take_them(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They are the person's own."""
        _each(request, queryset, lambda one: turns.assign(one, request.user, request.user))

    @admin.action(description="Assign by turn", permissions=["answer"])
    def give_them_by_turn(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Those that are nobody's go round among those at their desk."""

        def give(one: Conversation) -> None:
            if turns.give_by_turn(one, request.user) is None:
                raise NotDone("Nobody is at their desk now.")

        _each(request, queryset, give)

    @admin.action(description="Put a label on", permissions=["answer"])
    def label_them(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They have the label of the name beside the list of acts."""
        name = request.POST.get("label", "")
        filling.fill(_each(request, queryset, lambda one: labels.label(one, name)))

    @admin.action(description="Snooze until the next opening", permissions=["answer"])
    def snooze_them(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They rest until somebody is there again, tomorrow at the earliest."""

        def rest(one: Conversation) -> None:
            snoozing.snooze(one, snoozing.until("opening", one.tenant_id), request.user)

        _each(request, queryset, rest)

    @admin.action(description="Close", permissions=["answer"])
    def close_them(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They are closed."""
        _each(request, queryset, lambda one: closing.close(one, request.user))

    @admin.action(description="Reopen", permissions=["answer"])
    def reopen_them(self, request: HttpRequest, queryset: QuerySet) -> None:
        """They are open, where their visitors have begun no others."""
        _each(request, queryset, lambda one: closing.reopen(one, request.user))


def _each(
    request: HttpRequest, queryset: QuerySet, act: Callable[[Conversation], object]
) -> list[int]:
    """Done to each of those the person may answer; says to how many, and why not to others."""
    mine, done = tenant_ids(request, Act.ANSWER), []
    reasons: dict[str, None] = {}
    chosen = list(queryset)
    for one in chosen:
        if one.tenant_id not in mine:
            reasons["You may not answer there."] = None
            continue
        try:
            act(one)
        except NotDone as reason:
            reasons[str(reason)] = None
        else:
            done.append(one.pk)
    if done:
        many = "conversation" if len(done) == 1 else "conversations"
        messages.success(request, f"Done, with {len(done)} {many}.")
    if len(done) < len(chosen):
        messages.error(request, f"{len(chosen) - len(done)} left alone. {' '.join(reasons)}")
    return done


def clock_html(clock: work.Clock) -> SafeString:
    """The clock, which a script lets tick."""
    return format_html(
        '<time class="talk-clock{}" datetime="{}" data-seconds="{}" data-kind="{}"{}>{}</time>',
        " talk-late" if clock.is_late else "",
        (clock.due_at or clock.since).isoformat(),
        clock.seconds,
        "due" if clock.due_at else "since",
        mark_safe(" data-ticks") if clock.ticks else "",
        clock,
    )
