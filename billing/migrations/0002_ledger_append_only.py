"""The ledger refuses to be rewritten, whoever asks.

Two changes are let through: the pointer to a generation becomes NULL when
a visitor is erased, and a whole tenant goes in a transaction that said so
with `SET LOCAL counterfoil.removing = 'tenant'`.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_setting('counterfoil.removing', true) = 'tenant' THEN
      RETURN OLD;
    END IF;
  ELSIF NEW.generation_id IS NULL
        AND to_jsonb(NEW) - 'generation_id' = to_jsonb(OLD) - 'generation_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The ledger is append-only: write a correcting entry instead.';
END
$$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON billing_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
"""
BACKWARDS = """
DROP TRIGGER ledger_is_append_only ON billing_ledgerentry;
DROP FUNCTION ledger_is_append_only();
"""


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [("billing", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
