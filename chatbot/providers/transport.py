"""HTTP for the SDK by way of aiohttp, so that a streamed body can be read where it arrives.

The SDK's own transport passes each piece of a body through six async
generators, a third of a worker's time at 200 replies; aiohttp's parser is
written in C, and its reader is one call.
"""

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator

import aiohttp
import httpx2

WIRE = "wire"  # the extension of a response that holds its `Wire`


class AiohttpTransport(httpx2.AsyncBaseTransport):
    """Sends what an `httpx2` client hands it; the answer's body is in its extension `WIRE`.

    What is read from there is not to be read from the response as well. It
    is as it came over the wire: ask for `identity` encoding. Errors are
    those of `httpx2`.
    """

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer's head has come."""
        with mapped_errors():
            answer = await self._open_session().request(
                request.method,
                str(request.url),
                headers=request.headers.multi_items(),
                data=request.content or None,
                allow_redirects=False,
                timeout=_timeout(request.extensions.get("timeout", {})),
            )
        return httpx2.Response(
            answer.status,
            headers=list(answer.raw_headers),
            stream=_Body(answer),
            request=request,
            extensions={WIRE: Wire(answer)},
        )

    async def aclose(self) -> None:
        """Every connection is closed."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        """One for the loop that all replies of a worker share; proxies as the environment says."""
        if self._session is None:
            context = httpx2.create_ssl_context()
            # As many connections as replies: the worker's own concurrency is the limit.
            connector = aiohttp.TCPConnector(limit=0, ssl=context, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector, auto_decompress=False, trust_env=True
            )
        return self._session


class _Body(httpx2.AsyncByteStream):
    """The body for whoever reads it the usual way: an answer with an error, or a packed one."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with mapped_errors():
            async for data in self._answer.content.iter_any():
                yield data

    async def aclose(self) -> None:
        # A body that was read to its end has given its connection back; any other hangs up.
        self._answer.close()


class Wire:
    """A body where it arrives, for whoever reads it at a pace of its own.

    Between two reads what comes waits in the kernel: a reader that comes by
    18 times a second is handed what 50 tokens brought by 18 events, not 50.
    """

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def read(self) -> bytes:
        """All that has come since the last read, at least a byte; empty at the end."""
        # Gone once the body has ended: it may carry another answer by now.
        if (connection := self._answer.connection) and connection.transport:
            connection.transport.resume_reading()
        with mapped_errors():
            data = await self._answer.content.readany()
        if (connection := self._answer.connection) and connection.transport:
            connection.transport.pause_reading()
        return data

    def left(self) -> bytes:
        """What has come and was not read yet, also where the body broke off after it.

        aiohttp 3.14 raises the error before it would hand this out, so what
        the model said last would be lost; hence the look behind its door.
        """
        return bytes(self._answer.content._read_nowait(-1))


@contextlib.contextmanager
def mapped_errors() -> Iterator[None]:
    """What aiohttp raises inside comes out as the error of `httpx2` that means the same."""
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.ServerTimeoutError) as error:
        kind = (
            httpx2.ConnectTimeout
            if isinstance(error, aiohttp.ConnectionTimeoutError)
            else httpx2.ReadTimeout
        )
        raise kind(str(error)) from error
    except (aiohttp.ClientConnectorError, ssl.SSLError) as error:
        raise httpx2.ConnectError(str(error)) from error
    except aiohttp.InvalidURL as error:
        raise httpx2.UnsupportedProtocol(str(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx2.ReadError(str(error) or repr(error)) from error


def _timeout(timeout: dict[str, float | None]) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        total=None, sock_connect=timeout.get("connect"), sock_read=timeout.get("read")
    )
