"""uvicorn on 127.0.0.1 for one page: its port, its deadlines, and its end."""

import asyncio
import errno
import json
import socket
import threading
from functools import partial
from typing import Any, Final, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import HEADERS, HOST, page_app
from .service import Service

CONNECTIONS: Final = 512
"""Connections that are served at a time."""


class PageServer:
    """Server of the page on 127.0.0.1.

    Parameters
    ----------
    service
        Who answers questions of kind "simulate" and "waterfall".
    port
        Port; a free one where it is taken or 0.
    timeout_s
        Time that a client has to send a head, and then a body [s].
    """

    def __init__(self, service: Service, port: int = 0, timeout_s: int = 10) -> None:
        self.service = service
        self.socket = _bound(port)
        self._began = threading.Event()
        self._ended = threading.Event()
        # a body, an answer, and the time to take it
        whole_s = 2 * timeout_s + service.longest
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                page_app(service, self.server_port, timeout_s),
                http=cast(Any, partial(_Protocol, whole_s=whole_s)),
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,  # stdout and stderr are the user's
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=timeout_s,
                timeout_graceful_shutdown=1,
            )
        )

    @property
    def server_port(self) -> int:
        """Port that was taken."""
        return int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{HOST}:{self.server_port}/"

    def serve_forever(self) -> None:
        """Answer until :meth:`close` or, in the main thread, Ctrl-C."""
        self._began.set()
        try:
            self._uvicorn.run(sockets=[self.socket])
        finally:
            self._ended.set()

    def close(self) -> None:
        """End, and give up what is being solved."""
        self.service.close()
        self._uvicorn.should_exit = True
        if self._began.is_set():
            self._ended.wait(10.0)
        self.socket.close()

    def __enter__(self) -> "PageServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bound(port: int) -> socket.socket:
    """Listening socket at the port, or at a free one where it is taken."""
    try:
        return socket.create_server((HOST, port), backlog=256)
    except OSError as error:
        if port == 0 or error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        return socket.create_server((HOST, 0), backlog=256)


class _Protocol(H11Protocol):
    """uvicorn's, with a deadline for every head and every answer, and its own refusals as a sentence."""

    def __init__(self, *arguments: Any, whole_s: float, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._whole_s = whole_s
        self._deadline: asyncio.TimerHandle | None = None

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_deadline(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        self._set_deadline(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before and not self.cycle.response_complete:
            self._set_deadline(self._whole_s)

    def on_response_complete(self) -> None:
        done = self.cycle
        self._set_deadline(self.timeout_keep_alive)
        super().on_response_complete()
        if self.cycle is not done:  # the next request had come already
            self._set_deadline(self._whole_s)

    def send_400_response(self, msg: str) -> None:
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        body = json.dumps({"error": "the request cannot be read: it is no HTTP/1.1"}).encode()
        named = {**HEADERS, "Content-Type": "application/json", "Connection": "close"}
        headers = [*named.items(), ("Content-Length", str(len(body)))]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
