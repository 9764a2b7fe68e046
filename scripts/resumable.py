"""Results of a page, kept one by one, so that a second run goes on where the first was stopped."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from napore.files import write_json


class Records:
    """Content of one JSON file, by key; what is there already is not computed again.

    A record belongs to the numbers of its cell: with another hash it is computed anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.content: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        except ValueError:
            raise SystemExit(f"{path} is damaged: put back the committed one, or remove it") from None

    def get(self, key: str, sha256: str, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Record of a key, computed and written where it is missing."""
        found = self.content.get(key)
        if found is None or found.get("parameters_sha256") != sha256:
            found = {"parameters_sha256": sha256, **compute()}
            self.content[key] = found
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_json(self.path, dict(sorted(self.content.items())))
            print(key, flush=True)
        return dict(found)
