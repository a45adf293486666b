"""Where the rollups are not what the ledger adds up to: nowhere, unless something is broken."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from billing.sums import SUMS


@dataclass(frozen=True)
class Difference:
    """A day, by a kept zone, of a tenant, and its amount on both sides.

    The amounts may be equal: then a count of calls or tokens is not.
    """

    tenant_id: int
    zone: str
    day: datetime.date
    ledger: Decimal
    rollup: Decimal


# Only what is folded, as of one snapshot. Conversations are compared by their days' sums.
EXPECTED = f"""
SELECT line.tenant_id, kept.zone, (line.at AT TIME ZONE kept.zone)::date AS day,
       line.model, line.purpose, line.persona_label, {
    ", ".join(f"{expression}::numeric AS {name}" for name, expression in SUMS.items())
}, coalesce(sum(line.amount) FILTER (WHERE line.generation_id IS NOT NULL), 0) AS known
  FROM billing_ledgerentry AS line JOIN billing_keptzone AS kept ON kept.tenant_id = line.tenant_id
 WHERE line.writer < (SELECT watermark::text::xid8 FROM billing_rollupstate)
 GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608 - put together from constants
DIFFERENCES = f"""
WITH expected AS MATERIALIZED ({EXPECTED}),
days AS (
  SELECT tenant_id, zone, day FROM (
    SELECT tenant_id, zone, day, model, purpose, persona_label, {", ".join(SUMS)} FROM expected
    EXCEPT ALL
    SELECT tenant_id, zone, day, model, purpose, persona_label, {", ".join(SUMS)}
      FROM billing_spendday
  ) AS too_little
  UNION
  SELECT tenant_id, zone, day FROM (
    SELECT tenant_id, zone, day, model, purpose, persona_label, {", ".join(SUMS)}
      FROM billing_spendday
    EXCEPT ALL
    SELECT tenant_id, zone, day, model, purpose, persona_label, {", ".join(SUMS)} FROM expected
  ) AS too_much
  UNION
  SELECT tenant_id, zone, day FROM (
    SELECT tenant_id, zone, day, known AS amount FROM expected
    UNION ALL
    SELECT tenant_id, zone, day, -amount FROM billing_conversationday
  ) AS conversations
  GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
)
SELECT tenant_id, zone, day, coalesce(ledger.amount, 0), coalesce(rollup.amount, 0)
  FROM days
  LEFT JOIN (SELECT tenant_id, zone, day, sum(amount) AS amount FROM expected
              GROUP BY 1, 2, 3) AS ledger USING (tenant_id, zone, day)
  LEFT JOIN (SELECT tenant_id, zone, day, sum(amount) AS amount FROM billing_spendday
              GROUP BY 1, 2, 3) AS rollup USING (tenant_id, zone, day)
 ORDER BY 1, 2, 3
"""  # noqa: S608


def differences() -> list[Difference]:
    """Every kept day whose sums are not those of the ledger's folded lines.

    Reads the whole ledger: about 3 s per million lines.
    """
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]
