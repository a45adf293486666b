"""What a person answered becomes what the bot knows."""

from django.db import transaction
from django.db.models import QuerySet

from chatbot.knowledge.ingest import store_document
from chatbot.knowledge.search import forget
from chatbot.knowledge.terms import is_han, terms
from chatbot.knowledge.unanswered import settle_answered
from chatbot.models import Document
from conversations.models import Conversation, Message

Role = Message.Role
MAX_TITLE = 300


class NothingToLearn(Exception):
    """The message answers no question; says why."""


@transaction.atomic
def learn(conversation: Conversation, message_id: int) -> Document:
    """The answer of staff is a document under the question before it; the bot finds it at once.

    A second call for the same question replaces it. `NothingToLearn` where
    the message is not by staff, or no visitor asked anything before.
    """
    answer = conversation.messages.filter(pk=message_id, role=Role.STAFF).first()
    if answer is None:
        raise NothingToLearn("Only what staff wrote in this conversation can become an article.")
    question = (
        conversation.messages.filter(role=Role.VISITOR, seq__lt=answer.seq).order_by("-seq").first()
    )
    if question is None:
        raise NothingToLearn("No visitor asked anything before this answer.")
    title = _title(question)
    document = store_document(
        conversation.tenant,
        title=title,
        url="",
        language="zh" if any(map(is_han, terms(title))) else "en",
        text=answer.text,
        kind=Document.Kind.ANSWERS,
    )
    settle_answered(question)
    forget(conversation.tenant)
    return document


def articles_of(conversation: Conversation) -> QuerySet[Document]:
    """What was learned from this conversation and is still titled with the visitor's words."""
    asked = conversation.messages.filter(role=Role.VISITOR)
    return Document.objects.filter(
        tenant_id=conversation.tenant_id,
        kind=Document.Kind.ANSWERS,
        source=None,
        title__in={_title(question) for question in asked},
    )


def _title(question: Message) -> str:
    return " ".join(question.text.split())[:MAX_TITLE]
