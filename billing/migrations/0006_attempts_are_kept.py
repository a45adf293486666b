"""What was asked of a model stays as it was written, whoever asks.

An open call may settle and be held against one more budget; a call's
pointer to a generation becomes NULL when a visitor is erased; and a whole
tenant goes as it does from the ledger. The triggers name columns, so that
settling a call compares nothing but its few small ones.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION attempts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('counterfoil.removing', true) = 'tenant' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'A call stays in the books as it was made.';
END
$$;
CREATE TRIGGER attempts_are_kept
  BEFORE DELETE OR UPDATE OF id, tenant_id, purpose, model, instead_of, price_id, prompt_tokens,
                             max_output_tokens, held, request, opened_at
  ON billing_attempt FOR EACH ROW EXECUTE FUNCTION attempts_are_kept();
CREATE TRIGGER attempts_only_settle
  BEFORE UPDATE OF state, budgets, generation_id ON billing_attempt FOR EACH ROW
  WHEN (
    NEW.generation_id IS NOT NULL AND NEW.generation_id IS DISTINCT FROM OLD.generation_id
    OR OLD.state <> 'open' AND (NEW.state <> OLD.state OR NEW.budgets <> OLD.budgets)
    OR NEW.state NOT IN ('open', 'settled')
  )
  EXECUTE FUNCTION attempts_are_kept();
"""
BACKWARDS = """
DROP TRIGGER attempts_only_settle ON billing_attempt;
DROP TRIGGER attempts_are_kept ON billing_attempt;
DROP FUNCTION attempts_are_kept();
"""


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("billing", "0005_alerts")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
