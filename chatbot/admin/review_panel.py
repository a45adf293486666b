"""The panel below a transcript in which a reviewer judges a reply, or all of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from chatbot.admin.neighbours import FILTERS
from chatbot.admin.timeline import Timeline
from chatbot.knowledge.terms import is_han, terms
from chatbot.models import Document, EvaluationSet
from chatbot.sandbox.sets import sets_of
from conversations import access
from conversations.admin.rights import may, tenant_ids
from conversations.models import Conversation, Criterion, Message, Rating, ReviewTask, Score
from conversations.models.reviews import MAX_NOTE_CHARACTERS
from conversations.roles import Act
from conversations.selectors.reviews import (
    criteria_for,
    open_tasks,
    question_before,
    rating_of,
    reply_numbered,
    scores_of,
    task_of,
    with_scores,
)

MOST_TITLE = 300


@dataclass(frozen=True)
class AskedOf:
    """A criterion as a question, with the reviewer's answer so far."""

    criterion: Criterion
    mine: int | None

    @property
    def name(self) -> str:
        """Of its boxes in the form."""
        return f"c{self.criterion.pk}"

    @property
    def choices(self) -> list[tuple[int, str, bool]]:
        """Value, words, and whether it is the one that was given."""
        return [(value, text, value == self.mine) for value, text in self.criterion.choices]


@dataclass(frozen=True)
class Panel:
    """All that is shown. `message` is the reply that is judged; None: the whole conversation.

    `others` stays empty until the reviewer has scored all that is asked:
    who saw the others' scores would not judge by themselves.
    """

    message: Message | None
    asked: list[AskedOf]
    others: list[Score]
    hidden: int
    task: ReviewTask | None
    waiting: int
    rating: Rating | None
    question: str
    sets: list[EvaluationSet]
    article: str
    people: list[User]

    most_note = MAX_NOTE_CHARACTERS

    @property
    def note(self) -> str:
        """What the reviewer wrote of the conversation."""
        return self.task.note if self.task else ""

    @property
    def is_done(self) -> bool:
        """Whether the reviewer has judged this conversation."""
        return bool(self.task and self.task.state == ReviewTask.State.DONE)


def review_of(
    request: HttpRequest, conversation: Conversation, timeline: Timeline
) -> dict[str, Any]:
    """What the page needs for it; `may_review` alone for those who may not.

    Replies on the page have their scores then. The panel itself is made
    once a template asks for it.
    """
    if not may(request, Act.REVIEW, conversation.tenant_id):
        return {"may_review": False}
    said = [line.message for line in timeline.lines if line.message and line.reply]
    prefetch_related_objects(said, with_scores())
    kept = {name: request.GET[name] for name in (FILTERS, "before") if request.GET.get(name)}
    return {
        "may_review": True,
        "judge_at": f"?{urlencode(kept)}&judge=" if kept else "?judge=",
        "judge_all": f"?{urlencode(kept)}" if kept else "?",
        "judging": SimpleLazyObject(lambda: _panel(request, conversation)),
    }


def _panel(request: HttpRequest, conversation: Conversation) -> Panel:
    message = reply_numbered(conversation, request.GET.get("judge", ""))
    scores = scores_of(conversation, message)
    me = request.user.pk
    mine = {one.criterion_id: one.value for one in scores if one.reviewer_id == me}
    about = Criterion.About.REPLY if message else Criterion.About.CONVERSATION
    asked = [AskedOf(one, mine.get(one.pk)) for one in criteria_for(conversation.tenant_id, about)]
    others = [one for one in scores if one.reviewer_id != me]
    sees = bool(asked) and all(one.mine is not None for one in asked)
    question = question_before(message) if message else None
    text = question.text if question else ""
    return Panel(
        message=message,
        asked=asked,
        others=others if sees else [],
        hidden=0 if sees else len({one.reviewer_id for one in others}),
        task=task_of(request.user, conversation),
        waiting=open_tasks(request.user, tenant_ids(request, Act.REVIEW)),
        rating=rating_of(conversation),
        question=text,
        sets=sets_of(conversation.tenant_id) if text else [],
        article=_article(text, conversation.tenant_id)
        if text and may(request, Act.CONFIGURE, conversation.tenant_id)
        else "",
        people=list(access.members_who_may(conversation.tenant_id, Act.REVIEW).exclude(pk=me or 0)),
    )


def _article(question: str, tenant_id: int) -> str:
    """The page of a new article that has the question as its title already."""
    title = " ".join(question.split())[:MOST_TITLE]
    start = {
        "title": title,
        "language": "zh" if any(map(is_han, terms(title))) else "en",
        "tenant": tenant_id,
        "kind": Document.Kind.ANSWERS,
    }
    return f"{reverse('admin:chatbot_document_add')}?{urlencode(start)}"
