"""The ledger's partitions: one a month, made before they are needed."""

from django.db import connection, transaction

# A month is made long before its first line, so that beat may be away for weeks.
MONTHS_AHEAD = 3


@transaction.atomic
def make_partitions(months_ahead: int = MONTHS_AHEAD) -> int:
    """This month and the next ones have a partition, and the default one holds no line.

    Returns how many were made; with none to make nothing is locked. Else
    the whole ledger is locked for some milliseconds, longer where lines have
    to move; PostgreSQL refuses where that lock is not to be had in time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_partitions_ahead(%s::integer)", [months_ahead])
        (made,) = cursor.fetchone()
    return made
