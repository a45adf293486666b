"""Which budgets a call holds against, and the first row of a period that has none yet.

All rows are locked by id, in one statement, so two calls under the same
limits wait for each other and never in a circle.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.db import connection

from conversations.models import Tenant

# The limits a call falls under, each with the period of now and the visitor it counts by.
LIMITS = """
    SELECT one.id, one.tenant_id, one.scope, one.period, one.soft, one.hard, place.zone,
           date_trunc(one.period, statement_timestamp() AT TIME ZONE place.zone)::date AS first_day,
           CASE one.scope WHEN 'visitor' THEN (
             SELECT visitor_id FROM conversations_conversation WHERE id = %(conversation)s::bigint
           ) ELSE 0 END AS visitor
      FROM billing_spendlimit AS one, LATERAL (
        SELECT CASE WHEN one.tenant_id IS NULL THEN %(zone_here)s::text ELSE %(zone)s::text END
      ) AS place(zone)
     WHERE (one.tenant_id = %(tenant)s::bigint OR one.tenant_id IS NULL)
       AND (one.scope <> 'visitor' OR %(conversation)s::bigint IS NOT NULL)
"""
LOCK = """
    SELECT budget.id, limits.id AS limit_id, limits.soft, limits.hard, budget.spent, budget.held
      FROM limits JOIN billing_budget AS budget
        ON budget.limit_id = limits.id AND budget.first_day = limits.first_day
       AND coalesce(budget.visitor_id, 0) = limits.visitor
     ORDER BY budget.id
       FOR UPDATE OF budget
"""

# What was spent before the row was there counts, by when calls were opened, and so
# do calls that are open: they join the budget, and settle into it.
MISSING = f"""
WITH limits AS MATERIALIZED ({LIMITS}), missing AS (
  SELECT limits.*, first_day::timestamp AT TIME ZONE zone AS start
    FROM limits
   WHERE NOT EXISTS (
     SELECT FROM billing_budget AS budget
      WHERE budget.limit_id = limits.id AND budget.first_day = limits.first_day
        AND coalesce(budget.visitor_id, 0) = limits.visitor
   )
)
INSERT INTO billing_budget (limit_id, visitor_id, first_day, spent, held, warned)
SELECT id, nullif(visitor, 0), first_day, coalesce(CASE scope
         WHEN 'visitor' THEN (
           SELECT sum(entry.amount)
             FROM conversations_conversation AS talk
             JOIN conversations_generation AS generation ON generation.conversation_id = talk.id
             JOIN billing_ledgerentry AS entry ON entry.generation_id = generation.id
             JOIN billing_attempt AS attempt ON attempt.id = entry.attempt_id
            WHERE talk.visitor_id = visitor AND entry.at >= start AND attempt.opened_at >= start
         )
         ELSE (
           SELECT sum(entry.amount)
             FROM conversations_tenant AS tenant
             JOIN billing_ledgerentry AS entry ON entry.tenant_id = tenant.id
             JOIN billing_attempt AS attempt ON attempt.id = entry.attempt_id
            WHERE tenant.id = coalesce(missing.tenant_id, tenant.id)
              AND entry.at >= start AND attempt.opened_at >= start
         )
       END, 0), 0, false
  FROM missing
 ORDER BY id
ON CONFLICT DO NOTHING
RETURNING id, limit_id, visitor_id, first_day
"""  # noqa: S608 - put together from the constants above
JOIN = """
WITH joined AS (
  UPDATE billing_attempt AS attempt
     SET budgets = attempt.budgets || budget.id
    FROM billing_budget AS budget JOIN billing_spendlimit AS one ON one.id = budget.limit_id
   WHERE budget.id = %(budget)s::bigint AND attempt.state = 'open'
     AND (one.tenant_id IS NULL OR attempt.tenant_id = one.tenant_id)
     AND attempt.opened_at >= budget.first_day::timestamp AT TIME ZONE
         CASE WHEN one.tenant_id IS NULL THEN %(zone_here)s::text ELSE %(zone)s::text END
     AND (budget.visitor_id IS NULL OR attempt.generation_id IN (
       SELECT generation.id FROM conversations_generation AS generation
         JOIN conversations_conversation AS talk ON talk.id = generation.conversation_id
        WHERE talk.visitor_id = budget.visitor_id
     ))
  RETURNING budget.id, attempt.held
)
UPDATE billing_budget AS budget SET held = budget.held + sums.held
  FROM (SELECT id, sum(held) AS held FROM joined GROUP BY id) AS sums
 WHERE budget.id = sums.id
"""
STATES = f"""
WITH limits AS MATERIALIZED ({LIMITS})
{LOCK}
"""


@dataclass(frozen=True)
class Standing:
    """How a budget stands while it is locked."""

    budget: int
    limit: int
    soft: Decimal | None
    hard: Decimal | None
    spent: Decimal
    held: Decimal

    def has_room_for(self, amount: Decimal) -> bool:
        """Whether so much more can be held."""
        return self.hard is None or self.spent + self.held + amount <= self.hard


class Spender(Protocol):
    """Whoever a call is for: a generation, or a tenant by itself, in no conversation."""

    @property
    def tenant(self) -> Tenant:
        """Who pays."""

    @property
    def tenant_id(self) -> int:
        """The same, by number."""

    @property
    def conversation_id(self) -> int | None:
        """Where the visitor is found whose limits count; None where there is no visitor."""


def place_of(generation: Spender) -> dict[str, Any]:
    """Whose call it is, and where days begin, as the statements here name it."""
    return {
        "tenant": generation.tenant_id,
        "conversation": generation.conversation_id,
        "zone": generation.tenant.time_zone,
        "zone_here": settings.TIME_ZONE,
    }


def locked_budgets(generation: Spender) -> list[Standing]:
    """The budgets that a call for this generation holds against now, locked until commit.

    Those of a period that begins are made, with what was spent and is held in it already.
    """
    place = place_of(generation)
    with connection.cursor() as cursor:
        cursor.execute(MISSING, place)
        made = [row[0] for row in cursor.fetchall()]
        for budget in made:  # one by one: an update takes one row of a join
            cursor.execute(JOIN, place | {"budget": budget})
        cursor.execute(STATES, place)
        return [Standing(*row) for row in cursor.fetchall()]
