"""A process whose threads spend against limits until it is told to stop.

Three ways: `fill` only holds, until the first refusal; `held` holds, waits
as long as a short call and settles; `naive` does what people write first:
read what is spent, make the call, add what it cost.
"""

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import orjson

PROMPT, MOST_OUTPUT = 1000, 1000
# Refused with less of the cap used than this is refused falsely: the calls open at a
# time hold a hundredth of a cap at most.
ROOM = Decimal("0.95")


class Spender:
    """One thread: its own visitor, and what happened to it."""

    def __init__(self, job: dict[str, Any], generation: Any, seed: int) -> None:
        self.way, self.pause_s = job["way"], job["pause_ms"] / 1000
        self.generation = generation
        self.chance = random.Random(seed)  # noqa: S311 - no secrets here
        self.found: Counter[str] = Counter()
        self.least_share = Decimal(1)

    def run(self, stop: threading.Event) -> None:
        """Spends until it is told to stop; filling, until it is refused."""
        step: Callable[[], bool] = {"fill": self.fill, "held": self.hold, "naive": self.check}[
            self.way
        ]
        while not stop.is_set() and step():
            pass

    def fill(self) -> bool:
        """One hold that stays."""
        return self._open(PROMPT, MOST_OUTPUT) is not None

    def hold(self) -> bool:
        """One call of some size: held, made, settled with some of what it could have cost."""
        from billing.services import ledger  # noqa: PLC0415
        from billing.usage import Usage  # noqa: PLC0415

        most = self.chance.randint(1, MOST_OUTPUT)
        attempt = self._open(self.chance.randint(1, PROMPT), most)
        if attempt is None:
            time.sleep(self.chance.uniform(0, 0.01))
            return True
        if self.pause_s:
            time.sleep(self.chance.uniform(0, self.pause_s))
        usage = Usage(attempt.prompt_tokens, self.chance.randint(0, most))
        ledger.settle(attempt, usage, certainty=ledger.Certainty.EXACT, outcome="stop")
        return True

    def check(self) -> bool:
        """One call of some size, checked against what is spent by now and added afterwards."""
        from django.db import connection  # noqa: PLC0415

        amount = Decimal(self.chance.randint(1, PROMPT) + 2 * self.chance.randint(1, MOST_OUTPUT))
        amount /= 1_000_000
        tenant = self.generation.tenant_id
        with connection.cursor() as cursor:
            cursor.execute("SELECT spent + %s <= hard FROM naive WHERE id = %s", [amount, tenant])
            if not cursor.fetchone()[0]:
                self.found["refused"] += 1
                return False
            time.sleep(self.chance.uniform(0, self.pause_s))
            cursor.execute("UPDATE naive SET spent = spent + %s WHERE id = %s", [amount, tenant])
        self.found["opened"] += 1
        return True

    def _open(self, prompt: int, most: int) -> Any:
        from billing.errors import SpendLimitReached  # noqa: PLC0415
        from billing.models import Attempt  # noqa: PLC0415
        from billing.services.attempts import Call, open_attempt  # noqa: PLC0415

        call = Call(Attempt.Purpose.REPLY, "bench", prompt, most, request={"model": "bench"})
        try:
            attempt = open_attempt(self.generation, call)
        except SpendLimitReached:
            self._judge(Decimal(prompt + 2 * most) / 1_000_000)
            return None
        self.found["opened"] += 1
        return attempt

    def _judge(self, amount: Decimal) -> None:
        """Whether there was room after all; filling, nothing is given back, so that is certain."""
        from django.db.models import F  # noqa: PLC0415

        from billing.models import Budget  # noqa: PLC0415

        self.found["refused"] += 1
        used, hard = Budget.objects.values_list(F("spent") + F("held"), "limit__hard").get(
            limit__tenant=self.generation.tenant_id
        )
        self.least_share = min(self.least_share, used / hard)
        has_room = used + amount <= hard if self.way == "fill" else used < ROOM * hard
        self.found["false_refusals"] += has_room


def main() -> None:
    """Reads its job, spends, and says what happened when it is told to stop."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from conversations.models import Generation  # noqa: PLC0415

    job = orjson.loads(sys.stdin.readline())
    found = Generation.objects.select_related("tenant").in_bulk(job["generations"])
    spenders = [
        Spender(job, found[pk], job["seed"] + number)
        for number, pk in enumerate(job["generations"])
    ]
    connection.close()
    stop = threading.Event()

    def spend(spender: Spender) -> None:
        try:
            spender.run(stop)
        except Exception:
            spender.found["errors"] += 1
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=spend, args=[one], daemon=True) for one in spenders]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    print("{}", flush=True)
    if job["way"] != "held":  # these end by themselves
        for thread in threads:
            thread.join()
    sys.stdin.readline()
    stop.set()
    for thread in threads:
        thread.join()
    sums = sum((one.found for one in spenders), Counter())
    answer = {
        **sums,
        "seconds": time.monotonic() - began,
        "least_share": str(min(one.least_share for one in spenders)),
    }
    print(orjson.dumps(answer).decode(), flush=True)


if __name__ == "__main__":
    main()
