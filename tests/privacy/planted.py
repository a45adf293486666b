"""A visitor whose words stand wherever the product keeps words."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection

from billing.models import Attempt, Price
from billing.usage import Usage
from chatbot.knowledge.corrections import learn
from chatbot.models import UnansweredQuestion, Verdict
from conversations.models import Conversation, Generation, Tenant
from conversations.services import generations, handoff, queue
from conversations.services.generations import Reply
from tests import factories
from tests.privacy.behind import note_behind

SECRET = "Zaphod <Beeblebrox>"
IN_A_PROMPT = "Zaphod &lt;Beeblebrox&gt;"


@dataclass
class Planted:
    """The conversation, and what hangs on it that a test asks for."""

    talk: Conversation
    reply: Generation
    attempt: Attempt


def plant(tenant: Tenant, person: Any, secret: str = SECRET) -> Planted:
    """The secret stands in a name, messages, log, prompt, verdict, question, article, admin log.

    And in all that `behind.TABLES` names.
    """
    talk = factories.make_conversation(tenant)
    talk.visitor.name = secret
    talk.visitor.save()
    posted = factories.post(talk, f"I am {secret}. How long do returns take?")
    generation = posted.generation
    generation = queue.claim(generation.pk)
    citations = [{"mark": 1, "title": secret, "url": "", "excerpt": secret}]
    generations.finish(generation, Reply(text=f"Hello {secret}!", citations=citations))
    generation.refresh_from_db()
    price = Price.objects.first() or factories.make_price()
    entry = factories.make_ledger_entry(generation, price, Usage(10, 5))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL counterfoil.removing = 'words'")
    asked = {"role": "user", "content": f"<question>{IN_A_PROMPT}</question>"}
    Attempt.objects.filter(pk=entry.attempt_id).update(
        request={"model": "demo-1", "messages": [asked, {"role": "user", "content": secret}]}
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL counterfoil.removing = ''")
    Verdict.objects.create(
        tenant=tenant,
        generation=generation,
        side=Verdict.Side.QUESTION,
        check_name=Verdict.Check.WORDS,
        outcome=Verdict.Outcome.NOTED,
        ground=secret,
        written=secret,
    )
    question = UnansweredQuestion.objects.create(tenant=tenant, generation=generation, text=secret)
    said = handoff.staff_says(talk, person, f"Dear {secret}, thirty days.", uuid.uuid4())
    learn(talk, said.pk)
    LogEntry.objects.log_actions(person.pk, [question], CHANGE, change_message=secret)
    note_behind(talk, generation, secret)
    talk.refresh_from_db()
    return Planted(talk, generation, Attempt.objects.get(pk=entry.attempt_id))


def tables_with(*words: str) -> list[str]:
    """The tables in which a row has any of these words, anywhere in it, however written."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} AS row WHERE row::text ILIKE ANY(%s)",
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone()[0]:
                found.append(model._meta.label)
    return sorted(found)
