"""Body of a request for a simulation: strict JSON of a client, its sequence number and a state."""

import json
from collections.abc import Mapping
from typing import Any

from .quantities import PageError


def read_request(body: bytes) -> tuple[str, int, Any]:
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
