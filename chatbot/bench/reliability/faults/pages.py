"""What visitors do to their pages: close, reload, open two, click twice, go away."""

import time

from django.contrib.auth import get_user_model

from chatbot.bench.clocks import percentile
from chatbot.bench.reliability.catalogue import row
from chatbot.bench.reliability.checks import calls_by_mark
from chatbot.bench.reliability.logs import Evidence
from chatbot.bench.reliability.rig import Rig
from chatbot.intake import hand_back, staff_says
from conversations.models import Conversation

STAFF_ANSWERS = 30


@row(1, "tab_closed", quick=True)
def tab_closed(rig: Rig) -> None:
    """A page is closed in the middle of an answer and opened again."""
    rng, resumes = rig.rng("tab_closed"), []
    tabs = rig.newcomers(min(20, rig.quota))
    for _ in range(max(1, rig.quota // len(tabs))):
        rig.load("ask", label="tab_closed", tabs=tabs)
        rig.load("writing", label="tab_closed")
        rig.load("close", tabs=tabs)
        rig.inject("tab_closed", len(tabs))
        time.sleep(rng.uniform(0.2, 1.0))
        begun = time.monotonic()
        rig.load("open", tabs=tabs)
        rig.load("ready", tabs=tabs)
        resumes.append(time.monotonic() - begun)
        rig.answered("tab_closed")
    rig.found("tab_closed", "resume_p95_s", percentile(resumes, 0.95), bound=1.0)
    rig.find(
        "tab_closed",
        "closed_tab_extra_calls",
        lambda logs: extra_calls(logs, "tab_closed"),
        bound=0,
    )


@row(2, "reloaded")
def reloaded(rig: Rig) -> None:
    """A page is reloaded five times in two seconds while its answer is written."""
    tabs = rig.newcomers(min(20, rig.quota))
    for _ in range(max(1, rig.quota // len(tabs))):
        rig.load("ask", label="reloaded", tabs=tabs)
        for _ in range(5):
            time.sleep(0.4)
            rig.load("reload", tabs=tabs)
        rig.inject("reloaded", 5 * len(tabs))
        rig.answered("reloaded")


@row(3, "two_tabs", quick=True)
def two_tabs(rig: Rig) -> None:
    """A visitor writes in two pages at the same time; both show the same order."""
    first = rig.newcomers(min(15, max(1, rig.quota // 4)))
    second = rig.load("second_tab", tabs=first)
    for _ in range(max(1, rig.quota // (4 * len(first)))):
        rig.load("ask", label="two_tabs", tabs=first + second, each=2)
        rig.inject("two_tabs", len(first))
        rig.answered("two_tabs")


@row(4, "same_id_again", quick=True)
def same_id_again(rig: Rig) -> None:
    """The same frame is sent two to twenty times at once, as after lost acknowledgements."""
    rng = rig.rng("same_id_again")
    tabs = rig.newcomers(min(20, rig.quota))
    for _ in range(max(1, rig.quota // len(tabs))):
        copies = [rng.randint(1, 19) for _ in tabs]
        rig.load("repeat", label="same_id_again", tabs=tabs, copies=copies)
        rig.inject("same_id_again", sum(copies))
        rig.answered("same_id_again")
    rig.find(
        "same_id_again",
        "same_id_extra_calls",
        lambda logs: extra_calls(logs, "same_id_again"),
        bound=0,
    )


@row(5, "same_id_other_text", quick=True)
def same_id_other_text(rig: Rig) -> None:
    """The same id is sent again with other words; they are refused and the first ones stand."""
    tabs = rig.newcomers(min(50, rig.quota))
    rig.load("ask", label="same_id_other_text", tabs=tabs)
    rig.answered("same_id_other_text")
    edited = rig.load("edit", label="same_id_other_text", tabs=tabs)
    rig.inject("same_id_other_text", edited)
    time.sleep(2)
    refused = rig.load("refusals", tabs=tabs, code="id_reused")
    rig.found("same_id_other_text", "edits_refused_share", refused / edited, "==", 1.0)


@row(10, "long_offline", quick=True)
def long_offline(rig: Rig) -> None:
    """A page is gone while staff answer thirty times; then it shows all of it, in order."""
    tabs = rig.newcomers(max(1, min(5, rig.quota // 10)))
    rig.load("ask", label="long_offline", tabs=tabs)
    rig.answered("long_offline")
    names = rig.load("conversations", tabs=tabs)
    rig.load("close", tabs=tabs)
    rig.inject("long_offline", len(tabs))
    staff = get_user_model().objects.create_user("bench-staff", first_name="Ben")
    conversations = list(Conversation.objects.filter(public_id__in=names))
    for number in range(STAFF_ANSWERS):
        for conversation in conversations:
            staff_says(conversation, staff, f"Answer {number + 1} by a person.")
    for conversation in conversations:
        hand_back(conversation)
    rig.load("open", tabs=tabs)
    rig.found("long_offline", "long_offline_not_back", rig.load("ready", tabs=tabs), bound=0)
    rig.ask("long_offline", tabs, max(1, rig.quota - len(tabs)), rate=4)
    rig.answered("long_offline")


def extra_calls(logs: Evidence, label: str) -> int:
    """Calls of the model beyond one for each question of this label."""
    calls = calls_by_mark(logs)
    return sum(max(0, calls[mark.id] - 1) for mark in logs.client.labelled(label))
