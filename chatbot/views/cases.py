"""What the bot said to a visitor becomes a case that every later version is tried with."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from chatbot.models import EvaluationSet
from chatbot.sandbox.sets import add_case
from conversations import access
from conversations.models import Conversation
from conversations.roles import Act
from conversations.selectors.reviews import question_before, reply_numbered
from conversations.views.reaching import reached


@require_POST
def add(request: HttpRequest, pk: int, seq: str) -> HttpResponse:
    """The question before this reply is a case of the posted set; again, it is the same case.

    `expected` says what a good answer has. Back to the page of the conversation.
    """
    talk = reached(request, Conversation, Act.REVIEW, pk)
    message = reply_numbered(talk, seq)
    question = question_before(message) if message else None
    if question is None:
        raise Http404
    number = request.POST.get("set", "")
    sets = access.visible(request.user, EvaluationSet, Act.REVIEW).filter(tenant=talk.tenant_id)
    chosen = get_object_or_404(sets, pk=int(number) if number.isdecimal() else 0)
    case = add_case(
        chosen, question.text, request.POST.get("expected", ""), source_message=question
    )
    messages.success(request, f"“{case}” is a case of “{chosen}” now.")
    page = reverse("admin:conversations_conversation_change", args=[pk])
    return redirect(f"{page}?{request.GET.urlencode()}#review")
