"""Visitors who wait for a person already have a wait."""

from django.db import migrations

# Who waits already goes on waiting; what is late of that, nobody is told.
WAITING = """
INSERT INTO conversations_wait (tenant_id, conversation_id, since, "end", told_late)
SELECT talk.tenant_id, talk.id, coalesce(
         (SELECT max(event.created_at) FROM conversations_event AS event
           WHERE event.conversation_id = talk.id AND event.kind = 'person.asked'),
         talk.updated_at), '', true
  FROM conversations_conversation AS talk WHERE talk.state = 'waiting'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0013_the_work"),
    ]

    operations = [
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
    ]
