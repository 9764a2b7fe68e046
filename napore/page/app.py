"""Addresses of the page: who may ask, what may be asked, and one sentence where it may not."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .assets import FILES, packaged, plotly_script
from .choices import choices
from .overlay import OverlayError, read_overlay
from .quantities import PageError, check_state
from .requests import read_request
from .service import KINDS, Busy, Service, Superseded, TooSlow, in_daemon

HOST: Final = "127.0.0.1"
LONGEST_BODY: Final = 16_384
LONGEST_UPLOAD: Final = 50_000_000
"""Bytes of a state, and of a measured file."""

_JSON: Final = "application/json"
_BYTES: Final = "application/octet-stream"
_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}

# no sheet and no script inline: page.html gives Plotly the sheet that it would write into the page.
# Its legends of several curves set style attributes, which can run nothing.
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def page_app(service: Service, port: int, timeout_s: float) -> Starlette:
    """The page as an ASGI application.

    Parameters
    ----------
    service
        Who answers questions of :data:`.service.KINDS`.
    port
        Where it is served: other hosts and origins are refused.
    timeout_s
        Time that a client has to send a body [s].
    """
    reading = asyncio.Semaphore(1)  # one file in memory at a time

    async def overlay(request: Request) -> Response:
        async with reading:
            content = await _body(request, _BYTES, LONGEST_UPLOAD, timeout_s)
            given = dict(request.query_params)
            try:
                async with asyncio.timeout(service.longest):
                    found = await in_daemon(lambda: read_overlay(content, given))
            except TimeoutError:
                raise HTTPException(
                    504, "the file takes too long to read: export fewer points or cycles"
                ) from None
        return _answer(json.dumps(found, allow_nan=False).encode(), _JSON)

    app = Starlette(
        routes=[
            *(Route(path, _file(packaged(name), Path(name).suffix)) for path, name in FILES.items()),
            Route("/plotly.min.js", _file(plotly_script(), ".js")),
            Route("/choices.json", _choices),
            *(Route(f"/{kind}", _question(service, kind, timeout_s), methods=["POST"]) for kind in KINDS),
            Route("/overlay", overlay, methods=["POST"]),
        ],
        middleware=[Middleware(_OwnOriginOnly, port=port)],
        exception_handlers={
            HTTPException: _refuse_http,
            OverlayError: _refuse_overlay,
            PageError: _refuse_state,
            Exception: _refuse_unforeseen,
        },
    )
    app.router.redirect_slashes = False
    return app


class _OwnOriginOnly:
    """Refuses what another site, or another name for this machine, has sent."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._own = f"{HOST}:{port}"
        self._hosts = {self._own, f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = self._reason(Headers(scope=scope))
        await (self._app if reason is None else _refused(403, reason))(scope, receive, send)

    def _reason(self, headers: Headers) -> str | None:
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return f"the Host header is not {self._own}: open http://{self._own}/"
        origins = {f"http://{host}" for host in self._hosts}
        foreign = any(origin not in origins for origin in headers.getlist("origin"))
        if foreign or headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return "another site may not ask this page"
        return None


def _file(content: bytes, suffix: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return _answer(content, _TYPES[suffix])

    return endpoint


async def _choices(request: Request) -> Response:
    return _answer(json.dumps(choices()).encode(), _JSON)


def _question(service: Service, kind: str, timeout_s: float) -> Endpoint:
    """Endpoint that simulates a state."""

    async def endpoint(request: Request) -> Response:
        client, sequence, given = read_request(await _body(request, _JSON, LONGEST_BODY, timeout_s))
        state = check_state(given)
        if kind == "waterfall" and not state.full:
            raise PageError("the energy waterfall is that of a full cell: choose a cathode")
        if kind == "pulses" and state.full:
            raise PageError("the pulses are those of a half cell: choose no cathode")
        try:
            return _answer(await service.ask(client, sequence, kind, state), _JSON)
        except Superseded:
            return Response(status_code=204, headers=HEADERS)  # no error: the newer one is answered
        except Busy:
            raise HTTPException(503, "too many requests wait: try again") from None
        except TooSlow:
            raise HTTPException(504, "the simulation takes too long: try the model SPM") from None
        except PageError as error:
            raise HTTPException(422, str(error)) from None

    return endpoint


async def _body(request: Request, kind: str, longest: int, timeout_s: float) -> bytes:
    if "transfer-encoding" in request.headers:
        raise HTTPException(411, "send the body in one piece, with its Content-Length")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise HTTPException(415, f"the body is no {kind}: send that")
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise HTTPException(411, "Content-Length is missing or no number: send it")
    if int(length) > longest:
        raise HTTPException(413, f"the body is too long: send at most {longest} bytes")
    try:
        async with asyncio.timeout(timeout_s):
            return await request.body()
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "the body is shorter than its Content-Length") from None


def _answer(content: bytes, kind: str) -> Response:
    return Response(content, media_type=kind, headers=HEADERS)


def _refused(status: int, text: str, **more: Any) -> Response:
    """One sentence; what is left of the request is not read."""
    content = json.dumps({"error": text[:600], **more}).encode()
    return Response(content, status, {**HEADERS, "Connection": "close"}, _JSON)


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    own = {
        404: "there is no such page: the only one is /",
        405: "this method is not allowed: pages take GET, questions and files POST",
    }
    answer = _refused(error.status_code, own.get(error.status_code, error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _refuse_state(request: Request, error: Exception) -> Response:
    return _refused(400, str(error))


async def _refuse_overlay(request: Request, error: Exception) -> Response:
    assert isinstance(error, OverlayError)
    return _refused(422, str(error), asks=error.asks)


async def _refuse_unforeseen(request: Request, error: Exception) -> Response:
    return _refused(500, "the page failed at this: that is an error of napore")
