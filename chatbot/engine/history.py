"""What to keep of a long conversation."""

from chatbot.providers.tokens import count
from conversations.models import Generation, Message

HISTORY_TOKENS = 3000

ROLES = {
    Message.Role.VISITOR: "user",
    Message.Role.ASSISTANT: "assistant",
    Message.Role.STAFF: "assistant",
}


def history_before(generation: Generation) -> list[dict[str, str]]:
    """What was said before the question, oldest first, as much as fits into `HISTORY_TOKENS`.

    A visitor's later messages are left out: they have turns of their own.
    So are replies that another one was asked for instead.
    """
    if generation.question.seq == 1:
        return []
    said = (
        Message.objects.filter(
            conversation_id=generation.conversation_id, role__in=ROLES, replaced=False
        )
        .exclude(pk=generation.question_id)
        .exclude(role=Message.Role.VISITOR, seq__gt=generation.question.seq)
    )
    if generation.instead_of_id is not None:
        said = said.exclude(generation__question=generation.question_id)
    kept: list[dict[str, str]] = []
    room = HISTORY_TOKENS
    for role, text in said.order_by("-seq").values_list("role", "text")[:100]:
        room -= count(text)
        if room < 0:
            break
        kept.append({"role": ROLES[Message.Role(role)], "content": text})
    return kept[::-1]
