"""Sum up the beginning of a conversation that has outgrown its window, away from any turn."""

import functools
import logging
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction

from billing.errors import BillingError
from billing.models import Attempt
from billing.services.attempts import Call, open_attempt
from chatbot.engine.course import Course, NoRoute
from chatbot.engine.ending import settle
from chatbot.engine.history import ROLES, History, Said, place_to_cut, read
from chatbot.engine.loop import run
from chatbot.engine.model_choice import Voice, voice_of
from chatbot.engine.patience import BEGIN_SECONDS, END_SECONDS, surely
from chatbot.engine.scaffold import SUMMARY_RULES, SUMMARY_TOKENS, talk_message
from chatbot.guardrails.policy import guard_of
from chatbot.guardrails.questions import Asked
from chatbot.models import Summary
from chatbot.providers.base import Finished, Prompt
from chatbot.providers.demo import is_demo
from chatbot.providers.directory import directory
from chatbot.providers.lessons import tell
from chatbot.providers.tokens import count_messages
from conversations.models import Conversation, Generation

logger = logging.getLogger(__name__)

DEMO_MODEL = "demo-1-mini"

# One at a time makes the summary of a conversation. Whoever died over it, or failed, is
# followed after two minutes, after that four times as late each time, up to a day.
BEGIN = """
INSERT INTO chatbot_summary (tenant_id, conversation_id, until_seq, text, begun_at, tries, failure)
SELECT %(tenant)s, %(conversation)s, %(until)s, '', statement_timestamp(),
       1 + coalesce(max(tries), 0), ''
  FROM (SELECT tries, begun_at FROM chatbot_summary
         WHERE conversation_id = %(conversation)s AND text = ''
           AND until_seq > %(after)s) AS tried
HAVING coalesce(max(begun_at + least(interval '1 day',
                                     interval '30 seconds' * power(4, least(tries, 9))))
                < statement_timestamp(), true)
    ON CONFLICT (conversation_id, until_seq) DO UPDATE
   SET begun_at = excluded.begun_at, tries = excluded.tries, failure = ''
 WHERE chatbot_summary.text = ''
RETURNING id
"""
ALONE = "SELECT pg_advisory_xact_lock(hashtext('chatbot_summary'), %s)"


@dataclass
class Written:
    """A listener that only keeps what was written."""

    pieces: list[str] = field(default_factory=list)

    def take(self, text: str) -> None:
        """The piece is kept."""
        self.pieces.append(text)

    async def ready(self) -> None:
        """Always."""


def summarise(conversation_id: int) -> Summary | None:
    """The conversation has a summary of all but its newest part, if it had outgrown its window.

    None where it had not, where somebody else is at it, and where it failed:
    prompts then go on with the summary before, and with less of the history.
    """
    conversation = Conversation.objects.select_related("tenant").filter(pk=conversation_id).first()
    if conversation is None:
        return None
    history = read(conversation.pk, conversation.last_seq + 1)
    until = place_to_cut(history.said) if history.outgrown else None
    if until is None:
        return None
    spender = conversation.generations.select_related("tenant").order_by("-pk").first()
    if spender is None:
        return None
    summary = _begin(conversation, until, history.summary)
    if summary is None:
        return None
    said = [one for one in history.said if one.seq <= until]
    summary.text, summary.failure = _ask(spender, conversation, history, said)
    # gone where the conversation was redacted or erased meanwhile
    place = Summary.objects.filter(pk=summary.pk)
    surely(functools.partial(place.update, text=summary.text, failure=summary.failure), END_SECONDS)
    return summary if summary.text else None


def summary_model(voice: Voice) -> str:
    """The model that sums up where this voice speaks; a cheap one, if the operator named it."""
    if settings.SUMMARY_MODEL:
        return settings.SUMMARY_MODEL
    return DEMO_MODEL if is_demo(voice.model) else voice.model


def _begin(conversation: Conversation, until: int, before: Said | None) -> Summary | None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ALONE, [conversation.pk % 2**31])
        cursor.execute(
            BEGIN,
            {
                "tenant": conversation.tenant_id,
                "conversation": conversation.pk,
                "until": until,
                "after": before.seq if before else 0,
            },
        )
        row = cursor.fetchone()
    return Summary.objects.get(pk=row[0]) if row else None


def _ask(
    spender: Generation, conversation: Conversation, history: History, said: list[Said]
) -> tuple[str, str]:
    """The summary's text, or the code of why there is none."""
    voice = voice_of(conversation.tenant)
    asked = Asked(guard_of(conversation.tenant))
    before = asked.before(history.summary.text) if history.summary else ""
    talk = [(ROLES[one.role], asked.before(one.text)) for one in said]
    course = Course()
    try:
        route = course.route(summary_model(voice), conversation.tenant_id)
        accepts = directory().accepts(route.choice.model)
        prompt = Prompt(
            model=route.choice.model,
            messages=[
                {"role": "system", "content": SUMMARY_RULES},
                {"role": "user", "content": talk_message(before, talk)},
            ],
            max_output_tokens=min(SUMMARY_TOKENS, accepts.most_output or SUMMARY_TOKENS),
            accepts=accepts,
        )
        call = Call(
            purpose=Attempt.Purpose.SUMMARY,
            model=prompt.model,
            prompt_tokens=count_messages(prompt.messages),
            max_output_tokens=prompt.max_output_tokens,
            request=route.provider.request_of(prompt),
        )
        attempt = surely(functools.partial(open_attempt, spender, call), BEGIN_SECONDS)
    except (BillingError, NoRoute) as refusal:
        logger.warning("Conversation %s gets no summary: %s", conversation.pk, refusal)
        return "", refusal.code[:80]
    connection.close()  # back to the pool while the model writes
    finished: Finished = run(route.provider.stream(attempt.request, str(attempt.pk), Written()))
    met = course.learn(route, finished)
    surely(functools.partial(settle, attempt, finished), END_SECONDS)
    tell(met)
    if finished.failure or not finished.text.strip():
        code = finished.failure.code if finished.failure else "empty"
        logger.warning("Conversation %s got no summary: %s", conversation.pk, code)
        return "", code[:80]
    return _restored(finished.text.strip(), asked.originals), ""


def _restored(text: str, originals: dict[str, str]) -> str:
    """With the visitor's own words again: they are hidden anew in every prompt."""
    for placeholder, words in originals.items():
        text = text.replace(placeholder, words)
    return text
