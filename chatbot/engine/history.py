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
    """
    said = (
        Message.objects.filter(conversation_id=generation.conversation_id, role__in=ROLES)
        .exclude(pk=generation.question_id)
        .exclude(role=Message.Role.VISITOR, seq__gt=generation.question.seq)
        .order_by("-seq")[:100]
    )
    kept: list[dict[str, str]] = []
    room = HISTORY_TOKENS
    for message in said:
        room -= count(message.text)
        if room < 0:
            break
        kept.append({"role": ROLES[Message.Role(message.role)], "content": message.text})
    return kept[::-1]
