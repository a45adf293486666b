"""Questions that no document answers: noted as they come, grouped, settled."""

import re
from collections.abc import Iterable, Sequence

from django.db.models import Count, F, Max, Q, QuerySet

from chatbot.knowledge.terms import is_han, terms
from chatbot.models import UnansweredQuestion
from conversations.models import Generation, Message

State = UnansweredQuestion.State

SMALL_TALK = re.compile(
    r"(hi|hello|hey|good (morning|evening|day)|thanks?( you| a lot| very much)?|bye|goodbye|ok(ay)?"
    r"|yes|no|great|perfect|cool|你好|您好|谢谢|多谢|再见|好的?|是的?|不是|可以)[\s.!,。！，~]*",
    re.IGNORECASE,
)
# Words that questions share without asking the same.
USUAL = frozenset(
    {
        *("a", "an", "the", "and", "or", "of", "on", "in", "at", "for", "from", "to", "with"),
        *("i", "me", "my", "we", "us", "our", "you", "your", "it", "this", "there", "if", "please"),
        *("are", "be", "is", "was", "can", "could", "do", "does", "have", "will", "would"),
        *("how", "what", "when", "where", "which", "who", "why"),
    }
)
# Of the words of two questions together, what they must share to be one question.
ALIKE = 0.4
# Compared with at most so many groups; a flood of questions must not cost a flood of time.
MOST_GROUPS = 500


def unanswered(generation: Generation, cited: Sequence[dict]) -> list[UnansweredQuestion]:
    """The reply's question, to be stored, where its reply rests on no document; else nothing.

    Nothing also of small talk.
    """
    text = generation.question.text.strip()
    if cited or not _asks(text):
        return []
    language = "zh" if any(map(is_han, terms(text))) else "en"
    return [
        UnansweredQuestion(
            tenant_id=generation.tenant_id, generation=generation, text=text, language=language
        )
    ]


def group_new(limit: int = 200) -> int:
    """Questions that were not grouped yet have their group; returns how many there were."""
    new = list(UnansweredQuestion.objects.filter(group=None).order_by("pk")[:limit])
    leaders: dict[int, list[UnansweredQuestion]] = {}
    for question in new:
        if question.tenant_id not in leaders:
            leaders[question.tenant_id] = list(
                UnansweredQuestion.objects.filter(
                    tenant=question.tenant_id, group=F("pk"), state=State.OPEN
                ).order_by("-pk")[:MOST_GROUPS]
            )
        same = _most_alike(question, leaders[question.tenant_id])
        if same is None:
            leaders[question.tenant_id].insert(0, question)
        question.group = same or question
        question.save(update_fields=["group"])
    return len(new)


def with_counts(questions: QuerySet[UnansweredQuestion]) -> QuerySet[UnansweredQuestion]:
    """One question of each group, the first that was asked, with how often and when last.

    The most often asked come first.
    """
    return (
        questions.filter(Q(group=F("pk")) | Q(group=None))
        .select_related("tenant", "generation__conversation")
        .annotate(times=Count("alike"), last=Max("alike__asked_at"))
        .order_by("-times", "-last", "-pk")
    )


def others(question: UnansweredQuestion) -> list[UnansweredQuestion]:
    """The other wordings of this question, newest first."""
    alike = UnansweredQuestion.objects.filter(group=question).exclude(pk=question.pk)
    return list(alike.select_related("generation").order_by("-pk")[:50])


def settle(questions: Iterable[UnansweredQuestion], state: str) -> int:
    """These questions and all that asked the same are settled so; returns how many were open."""
    groups = [one.group_id or one.pk for one in questions]
    same = UnansweredQuestion.objects.filter(Q(group__in=groups) | Q(pk__in=groups))
    return same.filter(state=State.OPEN).update(state=state)


def settle_answered(message: Message) -> int:
    """The visitor's question has its article, and so have all that asked the same."""
    asked = UnansweredQuestion.objects.filter(generation__question=message, state=State.OPEN)
    return settle(asked, State.ANSWERED)


def likeness(one: str, other: str) -> float:
    """How much of the telling words of both the two texts share, 0 to 1."""
    mine, theirs = _words(one), _words(other)
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _most_alike(
    question: UnansweredQuestion, leaders: Sequence[UnansweredQuestion]
) -> UnansweredQuestion | None:
    best = max(leaders, key=lambda one: likeness(one.text, question.text), default=None)
    return best if best and likeness(best.text, question.text) >= ALIKE else None


def _words(text: str) -> set[str]:
    """Without usual words, and without the endings that English puts on."""
    return {re.sub(r"(ing|ed|es|s)$", "", one) or one for one in terms(text)} - USUAL


def _asks(text: str) -> bool:
    words = terms(text)
    enough = len(words) >= 2 or "?" in text or "？" in text
    return bool(words) and enough and not SMALL_TALK.fullmatch(text)
