"""Words of a visitor can be taken out of what was asked of a model; all else of a call stays.

Only in a transaction that said so with `SET LOCAL counterfoil.removing = 'words'`.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION attempts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('counterfoil.removing', true) = 'tenant' THEN
    RETURN OLD;
  END IF;
  {words}
  RAISE EXCEPTION 'A call stays in the books as it was made.';
END
$$;
"""
WORDS = """
  IF TG_OP = 'UPDATE' AND current_setting('counterfoil.removing', true) = 'words'
     AND to_jsonb(NEW) - 'request' = to_jsonb(OLD) - 'request' THEN
    RETURN NEW;
  END IF;
"""


class Migration(migrations.Migration):
    """Replaces the trigger's function."""

    dependencies = [("billing", "0016_drafts")]

    operations = [
        migrations.RunSQL(FUNCTION.format(words=WORDS), FUNCTION.format(words="")),
    ]
