"""The ledger is partitioned by month, and every line knows the transaction that wrote it.

`writer` is no field of the model: only the rollups read it. It is how they
know which lines were there when they last looked, whatever the clocks said
and however late a transaction committed.

`ledger_partitions_ahead(n)` makes the partitions of this month, of the next
n and of every month that has lines in the default partition, and moves those
lines there; it returns how many partitions it made. It runs with the rights
of the owner, so the product's own role needs none on tables.
"""

from django.db import migrations, models

WHOLE = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE billing_ledgerentry RENAME TO billing_ledgerentry_whole;
ALTER INDEX ledger_report RENAME TO ledger_report_whole;
CREATE SEQUENCE billing_ledgerentry_number;
CREATE TABLE billing_ledgerentry (
  LIKE billing_ledgerentry_whole INCLUDING CONSTRAINTS,
  writer xid8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (id, at),
  FOREIGN KEY (tenant_id) REFERENCES conversations_tenant DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (attempt_id) REFERENCES billing_attempt DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (price_id) REFERENCES billing_price DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY (generation_id) REFERENCES conversations_generation DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (at);
ALTER SEQUENCE billing_ledgerentry_number OWNED BY billing_ledgerentry.id;
ALTER TABLE billing_ledgerentry
  ALTER COLUMN id SET DEFAULT nextval('billing_ledgerentry_number');
CREATE TABLE billing_ledgerentry_default PARTITION OF billing_ledgerentry DEFAULT;
INSERT INTO billing_ledgerentry SELECT * FROM billing_ledgerentry_whole;
SELECT setval('billing_ledgerentry_number', max(id)) FROM billing_ledgerentry HAVING max(id) > 0;
DROP TABLE billing_ledgerentry_whole;
SET CONSTRAINTS ALL IMMEDIATE;

CREATE INDEX ledger_report ON billing_ledgerentry (tenant_id, at);
CREATE INDEX ledger_attempt ON billing_ledgerentry (attempt_id);
CREATE INDEX ledger_generation ON billing_ledgerentry (generation_id);
CREATE INDEX ledger_writer ON billing_ledgerentry (writer);
"""

# What may change is no part of the books: a pointer that is cleared, and the
# writer's number, which means nothing in a cluster that a dump was restored into.
APPEND_ONLY = """
CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_setting('counterfoil.removing', true) = 'tenant' THEN
      RETURN OLD;
    END IF;
  ELSIF (NEW.generation_id IS NULL OR NEW.generation_id = OLD.generation_id)
        AND to_jsonb(NEW) - 'generation_id' - 'writer'
          = to_jsonb(OLD) - 'generation_id' - 'writer' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The ledger is append-only: write a correcting entry instead.';
END
$$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON billing_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
"""

AHEAD = """
CREATE FUNCTION ledger_partitions_ahead(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET timezone TO 'UTC' AS $$
DECLARE
  this_month timestamptz := date_trunc('month', now());
  missing timestamptz[];
  month timestamptz;
BEGIN
  SELECT array_agg(wanted.month) INTO missing FROM (
    SELECT generate_series(this_month, this_month + make_interval(months => ahead), '1 month')
    UNION
    SELECT date_trunc('month', at) FROM billing_ledgerentry_default
  ) AS wanted (month)
  WHERE to_regclass('billing_ledgerentry_' || to_char(wanted.month, 'YYYY_MM')) IS NULL;
  IF missing IS NULL THEN
    RETURN 0;
  END IF;
  -- lines of a month cannot stay where its partition is not
  ALTER TABLE billing_ledgerentry DETACH PARTITION billing_ledgerentry_default;
  ALTER TABLE billing_ledgerentry_default RENAME TO billing_ledgerentry_left;
  FOREACH month IN ARRAY missing LOOP
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF billing_ledgerentry FOR VALUES FROM (%L) TO (%L)',
      'billing_ledgerentry_' || to_char(month, 'YYYY_MM'), month, month + interval '1 month');
  END LOOP;
  CREATE TABLE billing_ledgerentry_default PARTITION OF billing_ledgerentry DEFAULT;
  INSERT INTO billing_ledgerentry SELECT * FROM billing_ledgerentry_left;
  DROP TABLE billing_ledgerentry_left;
  RETURN cardinality(missing);
END
$$;
SELECT ledger_partitions_ahead(3);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """Puts every line into the partition of its month; there is no way back."""

    dependencies = [("billing", "0006_attempts_are_kept")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(WHOLE),
                migrations.RunSQL(APPEND_ONLY),
                migrations.RunSQL(AHEAD),
            ],
            state_operations=[
                migrations.AlterField(
                    "ledgerentry",
                    "price",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="billing.price",
                    ),
                ),
                migrations.AlterField(
                    "ledgerentry",
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="conversations.tenant",
                    ),
                ),
                migrations.RemoveIndex("ledgerentry", "ledger_report"),
                migrations.AddIndex(
                    "ledgerentry", models.Index(fields=["tenant", "at"], name="ledger_report")
                ),
            ],
        ),
    ]
