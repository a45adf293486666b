"""Passages that the model of our own placed are found by an index, where there is pgvector."""

from django.db import migrations, transaction
from django.db.utils import Error

# Signs instead of vectors: a thirtieth of the room, and the vectors of the forty nearest decide.
INDEX = """
CREATE INDEX chatbot_passagevector_nearest ON chatbot_passagevector
 USING hnsw ((code::bit(512)) bit_hamming_ops) WHERE model = 'offline'
"""
# The index knows no tenants: it looks on until forty of the tenant are found.
LOOK_ON = """
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET hnsw.iterative_scan = relaxed_order', current_database());
END $$
"""


def index(apps, schema_editor):
    """Without pgvector, or the right to set it up, all of a tenant's passages are compared."""
    alias = schema_editor.connection.alias
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')")
        if not cursor.fetchone()[0]:
            return
        for statement in (INDEX, LOOK_ON):
            try:
                with transaction.atomic(using=alias):
                    cursor.execute(statement)
            except Error:
                continue  # an older pgvector, or a role that may not


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("chatbot", "0009_sandbox_and_rollout")]

    operations = [
        migrations.RunPython(
            index,
            migrations.RunPython.noop,
        ),
    ]
