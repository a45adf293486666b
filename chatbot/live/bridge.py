"""From the event loop to plain code that uses the database, and back."""

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import connection

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Channels' own database_sync_to_async sends every socket through one thread;
# a post takes some milliseconds of waiting for Postgres, so eight can share.
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="database")


async def in_database(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """The function's result, from a thread; its connection is back in the pool."""
    context = contextvars.copy_context()  # what is logged there says whom it is about
    call = functools.partial(context.run, _call, functools.partial(function, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_threads, call)


def _call(function: Callable[[], Result]) -> Result:
    try:
        return function()
    finally:
        connection.close()
