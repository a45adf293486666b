"""Judge, and go on to what is to be judged next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from conversations import access
from conversations.admin.rights import tenant_ids
from conversations.models import Conversation, Message
from conversations.roles import Act
from conversations.selectors.reviews import criteria_for, next_task, reply_numbered
from conversations.services import reviewing
from conversations.views.reaching import reached, reached_tenant, refuse_where_nowhere

PLACE = "#review"
QUEUE = "admin:conversations_reviewtask_changelist"


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """The posted scores stand, `c7=4` for criterion 7; back to the page, or on to the next.

    `?judge=12` names the reply that is judged; without it the whole
    conversation is, and the reviewer is done with it.
    """
    talk = reached(request, Conversation, Act.REVIEW, pk)
    seq = request.GET.get("judge", "")
    message = reply_numbered(talk, seq)
    back = reverse("admin:conversations_conversation_change", args=[pk])
    back += f"?{request.GET.urlencode()}" if request.GET else ""
    if seq and message is None:
        messages.error(request, "That reply is not there any more; nothing was saved.")
        return redirect(back + PLACE)
    try:
        reviewing.judge(request.user, talk, _values(request, talk, message), message)
    except reviewing.NotJudged as reason:
        messages.error(request, str(reason))
        return redirect(back + PLACE)
    if message is not None:
        messages.success(request, "The scores of this reply are saved.")
        return redirect(back + PLACE)
    reviewing.finish(request.user, talk, request.POST.get("note", ""))
    if request.POST.get("then") == "next":
        return redirect(f"{reverse('review:next')}?after={pk}")
    messages.success(request, "This conversation is judged.")
    return redirect(back + PLACE)


def _values(
    request: HttpRequest, talk: Conversation, message: Message | None
) -> dict[int, int | None]:
    """What was chosen of each criterion that is asked; “no score” takes one back."""
    about = "reply" if message else "conversation"
    values: dict[int, int | None] = {}
    for criterion in criteria_for(talk.tenant_id, about):
        given = request.POST.get(f"c{criterion.pk}")
        if given is not None:
            values[criterion.pk] = int(given) if given.isdecimal() and len(given) == 1 else None
    return values


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The conversation waits for the posted reviewer, or for anybody; back to its page."""
    talk = reached(request, Conversation, Act.REVIEW, pk)
    number = request.POST.get("reviewer", "")
    people = access.members_who_may(talk.tenant_id, Act.REVIEW)
    chosen = get_object_or_404(people, pk=int(number)) if number.isdecimal() else None
    why = f"{request.user} asked for it"
    if reviewing.put_in_queue([talk], [chosen] if chosen else [], why=why):
        messages.success(request, f"It waits for {chosen or 'anybody'} now.")
    else:
        messages.warning(request, f"{chosen or 'Anybody'} has it already.")
    page = reverse("admin:conversations_conversation_change", args=[pk])
    return redirect(f"{page}?{request.GET.urlencode()}{PLACE}")


@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """The conversation that the reviewer is to judge next; the queue, where none is left."""
    refuse_where_nowhere(request, Act.REVIEW)
    after = request.GET.get("after", "")
    task = next_task(
        request.user, tenant_ids(request, Act.REVIEW), int(after) if after.isdecimal() else 0
    )
    if task is None:
        messages.success(request, "Nothing waits for your judgement.")
        return redirect(QUEUE)
    page = reverse("admin:conversations_conversation_change", args=[task.conversation_id])
    return redirect(page + PLACE)


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """The tenant has the criteria that the product begins with, where it had none."""
    tenant = reached_tenant(request, Act.CONFIGURE, slug)
    reviewing.first_criteria(tenant.pk)
    messages.success(request, "These are the criteria now. Change them as you like.")
    return redirect("admin:conversations_criterion_changelist")
