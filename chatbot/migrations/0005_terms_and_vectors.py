"""Words are counted by a trigger, vectors have their signs, and extensions are used where there."""

from django.db import migrations, transaction
from django.db.utils import Error

# One lock a tenant for as long as its passages change: two who count the same words in
# another order would wait for each other in a circle.
COUNT = """
CREATE FUNCTION chatbot_count_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7201974, tenant_id::int)
     FROM (SELECT DISTINCT tenant_id FROM changed ORDER BY tenant_id) AS whose;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO chatbot_term (tenant_id, word, passages)
    SELECT tenant_id, word, count(*) FROM (
      SELECT tenant_id, lexeme AS word FROM changed, unnest(changed.search)
       WHERE length(lexeme) <= 200
      UNION ALL SELECT tenant_id, '' FROM changed
    ) AS one
     GROUP BY tenant_id, word
    ON CONFLICT (tenant_id, word) DO UPDATE
       SET passages = chatbot_term.passages + EXCLUDED.passages;
  ELSE
    WITH fewer AS MATERIALIZED (
      SELECT tenant_id, word, count(*) AS passages FROM (
        SELECT tenant_id, lexeme AS word FROM changed, unnest(changed.search)
         WHERE length(lexeme) <= 200
        UNION ALL SELECT tenant_id, '' FROM changed
      ) AS one
       GROUP BY tenant_id, word
    )
    UPDATE chatbot_term AS term SET passages = greatest(0, term.passages - fewer.passages)
      FROM fewer WHERE term.tenant_id = fewer.tenant_id AND term.word = fewer.word;
    DELETE FROM chatbot_term AS term
     WHERE passages = 0 AND tenant_id IN (SELECT DISTINCT tenant_id FROM changed);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER chatbot_terms_come AFTER INSERT ON chatbot_passage
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION chatbot_count_terms();
CREATE TRIGGER chatbot_terms_go AFTER DELETE ON chatbot_passage
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION chatbot_count_terms();
CREATE INDEX chatbot_term_prefix ON chatbot_term (tenant_id, word text_pattern_ops);
CREATE INDEX chatbot_term_gone ON chatbot_term (tenant_id) WHERE passages = 0;
-- what was written before there was a trigger
INSERT INTO chatbot_term (tenant_id, word, passages)
SELECT tenant_id, word, count(*) FROM (
  SELECT tenant_id, lexeme AS word FROM chatbot_passage AS passage, unnest(passage.search)
   WHERE length(lexeme) <= 200
  UNION ALL SELECT tenant_id, '' FROM chatbot_passage
) AS one
 GROUP BY tenant_id, word;
"""
UNCOUNT = """
DROP TRIGGER chatbot_terms_come ON chatbot_passage;
DROP TRIGGER chatbot_terms_go ON chatbot_passage;
DROP FUNCTION chatbot_count_terms();
DROP INDEX chatbot_term_prefix;
DROP INDEX chatbot_term_gone;
"""
# Half the room of doubles; and beside the row, so that looking through all the signs
# of a tenant does not read its vectors.
VECTORS = """
ALTER TABLE chatbot_passagevector
  ALTER COLUMN vector TYPE real[],
  ALTER COLUMN vector SET STORAGE EXTERNAL,
  ADD COLUMN code varbit NOT NULL DEFAULT B'';
CREATE INDEX chatbot_passagevector_codes ON chatbot_passagevector (tenant_id, model);
"""
NO_VECTORS = """
DROP INDEX chatbot_passagevector_codes;
ALTER TABLE chatbot_passagevector DROP COLUMN code, ALTER COLUMN vector TYPE double precision[];
"""


def use_extensions(apps, schema_editor):
    """Misspelt words are guessed and vectors multiplied faster, where PostgreSQL lets us."""
    with schema_editor.connection.cursor() as cursor:
        for name in ("pg_trgm", "vector"):
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = %s)", [name]
            )
            if not cursor.fetchone()[0]:
                continue
            try:
                with transaction.atomic(using=schema_editor.connection.alias):
                    cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
            except Error:
                continue  # not allowed to: search works without


class Migration(migrations.Migration):
    """What Django's models cannot say."""

    dependencies = [("chatbot", "0004_library")]

    operations = [
        migrations.RunSQL(COUNT, UNCOUNT),
        migrations.RunSQL(VECTORS, NO_VECTORS),
        migrations.RunPython(use_extensions, migrations.RunPython.noop),
    ]
