"""HTTP on 127.0.0.1 for one page: who may ask, what may be asked, and one sentence where it may not."""

import errno
import json
import threading
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from .choices import choices
from .quantities import PageError, check_state
from .service import Busy, Service, Superseded, TooSlow

__all__ = ["FILES", "HOST", "SCRIPTS", "PageServer", "packaged", "plotly_script"]

HOST: Final = "127.0.0.1"
LONGEST_BODY: Final = 16_384
CONNECTIONS: Final = 512
"""Connections that are served at a time."""

SCRIPTS: Final = ("theme.js", "csv.js", "figures.js", "controls.js", "backend.js", "main.js")
"""Scripts of the page, in the order in which they are loaded."""

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
FILES: Final = {"/": "page.html", "/page.css": "page.css", **{f"/{name}": name for name in SCRIPTS}}
"""Packaged file of each address; nothing else can be read."""

# nothing inline: page.html gives Plotly the sheet that it would otherwise write into the page
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


@cache
def plotly_script() -> bytes:
    """Plotly's JavaScript, from the installed package."""
    import plotly

    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()


@cache
def packaged(name: str) -> bytes:
    """A file of the page."""
    return (Path(__file__).parent / name).read_bytes()


class PageServer(ThreadingHTTPServer):
    """Server of the page on 127.0.0.1.

    Parameters
    ----------
    service
        Who answers questions of kind "simulate" and "waterfall".
    port
        Port; a free one where it is taken or 0.
    timeout_s
        Time that a client has to send a request [s].
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, service: Service, port: int = 0, timeout_s: float = 10.0) -> None:
        self.service = service
        self.timeout_s = timeout_s
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            if port == 0 or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            super().__init__((HOST, 0), _Handler)

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{HOST}:{self.server_port}/"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve in a thread of its own, or not at all where there are too many."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve, then give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that goes away is no error of the server."""

    def server_close(self) -> None:
        """Close, and stop the solver."""
        super().server_close()
        self.service.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PageServer
    raw_requestline: bytes
    server_version = "napore"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.timeout_s)

    def parse_request(self) -> bool:
        """As http.server does, which is silent about an empty line."""
        if not self.raw_requestline.strip():
            self.requestline, self.command = "", ""
            self.send_error(HTTPStatus.BAD_REQUEST, "the request line is empty", "")
            return False
        return super().parse_request()

    def log_message(self, *arguments: Any) -> None:
        """Nothing: stdout and stderr are the user's."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """One sentence as JSON, also for what http.server itself refuses."""
        if code == HTTPStatus.NOT_IMPLEMENTED:
            code, message = HTTPStatus.METHOD_NOT_ALLOWED, "this method is not allowed: use GET or POST"
        elif message is None:
            message = HTTPStatus(code).description or HTTPStatus(code).phrase
        elif explain is None and not message.islower():
            message = f"the request cannot be read: {message}"
        # what is left of the request is not read
        self.close_connection = True
        self.request_version = "HTTP/1.1"
        self._send(HTTPStatus(code), json.dumps({"error": message[:300]}).encode(), "application/json")

    def do_GET(self) -> None:
        """Packaged files, Plotly's script and what can be chosen."""
        self._answered(self._get)

    def do_POST(self) -> None:
        """A state to simulate."""
        self._answered(self._post)

    def _answered(self, answer: Any) -> None:
        try:
            self._check_origin()
            content, kind = answer()
        except _Refused as refused:
            self.send_error(refused.status, str(refused), "")
        except PageError as error:
            self.send_error(HTTPStatus.BAD_REQUEST, str(error), "")
        else:
            self._send(HTTPStatus.OK, content, kind)

    def _check_origin(self) -> None:
        """Refuse what another site, or another name for this machine, has sent."""
        port = self.server.server_port
        hosts = {f"{HOST}:{port}", f"localhost:{port}"}
        if len(self.headers.get_all("Host") or []) != 1 or self.headers["Host"] not in hosts:
            text = f"the Host header is not {HOST}:{port}: open {self.server.url}"
            raise _Refused(HTTPStatus.FORBIDDEN, text)
        origin = self.headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in hosts}:
            raise _Refused(HTTPStatus.FORBIDDEN, "another site may not ask this page")
        if self.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            raise _Refused(HTTPStatus.FORBIDDEN, "another site may not ask this page")

    def _get(self) -> tuple[bytes, str]:
        path = self.path.partition("?")[0]
        if path == "/plotly.min.js":
            return plotly_script(), _TYPES[".js"]
        if path == "/choices.json":
            return json.dumps(choices()).encode(), "application/json"
        if path in ("/simulate", "/waterfall"):
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "a simulation is asked for with POST")
        if path not in FILES:
            raise _Refused(HTTPStatus.NOT_FOUND, "there is no such page: the only one is /")
        return packaged(FILES[path]), _TYPES[Path(FILES[path]).suffix]

    def _post(self) -> tuple[bytes, str]:
        kind = self.path.removeprefix("/")
        if kind not in ("simulate", "waterfall"):
            raise _Refused(HTTPStatus.NOT_FOUND, "only /simulate and /waterfall take a POST")
        client, sequence, given = _read_request(self._body())
        state = check_state(given)
        if kind == "waterfall" and not state.full:
            raise PageError("the energy waterfall is that of a full cell: choose a cathode")
        try:
            return self.server.service.ask(client, sequence, kind, state), "application/json"
        except Superseded:
            raise _Refused(HTTPStatus.CONFLICT, "a newer request of this page took its place") from None
        except Busy:
            raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too many requests wait: try again") from None
        except TooSlow:
            raise _Refused(
                HTTPStatus.GATEWAY_TIMEOUT, "the simulation takes too long: try the model SPM"
            ) from None
        except PageError as error:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") is not None:
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "send the body in one piece, with its Content-Length")
        if self.headers.get_content_type() != "application/json":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body is no application/json: send that")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing or no number: send it")
        if len(length) > 9 or int(length) > LONGEST_BODY:
            text = f"the body is too long: send at most {LONGEST_BODY} bytes"
            raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
        try:
            body = self.rfile.read(int(length))
        except TimeoutError:
            body = b""
        if len(body) < int(length):
            raise _Refused(HTTPStatus.REQUEST_TIMEOUT, "the body is shorter than its Content-Length")
        return body

    def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, POST")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _read_request(body: bytes) -> tuple[str, int, Any]:
    """Client, sequence number and state of a request.

    Raises
    ------
    PageError
        With what is wrong.
    """
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise PageError("the body is no UTF-8 text: send JSON") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise PageError(f"the body is no JSON ({type(error).__name__}): send an object") from None
    except ValueError as error:  # an integer of thousands of digits
        if isinstance(error, PageError):
            raise
        raise PageError("the body has a number that is too long: send a shorter one") from None
    if not isinstance(found, Mapping):
        raise PageError("the body is no object: send client, sequence and state")
    if set(found) != {"client", "sequence", "state"}:
        raise PageError("the body must have client, sequence and state, and nothing else")
    client, sequence = found["client"], found["sequence"]
    if not isinstance(client, str) or not 1 <= len(client) <= 64:
        raise PageError("client is no name: send a text of 1 to 64 characters")
    if isinstance(sequence, bool) or not isinstance(sequence, int) or not 0 <= sequence <= 2**53:
        raise PageError("sequence is no count: send a whole number from 0")
    return client, sequence, found["state"]


def _no_constant(name: str) -> None:
    raise PageError(f"the body has {name}: send finite numbers")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise PageError("the body has one name twice: send each once")
    return found
