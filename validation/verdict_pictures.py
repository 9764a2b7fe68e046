"""Picture of the verdicts' sensitivity: claims against inputs, turned ones marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napore.plotting import new_axes, save_picture, style

from .inputs import FITTED

if TYPE_CHECKING:
    from .verdicts import VerdictRow, VerdictSensitivity

__all__ = ["draw_verdicts", "write_picture"]

_LEAST = 1e-3
_MARKS = (("turned", "X", "C1", 16), ("turned, fitted input", "X", "0.6", 16), ("not solved", "s", "0.6", 5))


def draw_verdicts(result: VerdictSensitivity, ax: Any = None, *, count: int = 45) -> Any:
    """Draw the largest change of each claim by each input, and a mark where the verdict turns.

    Parameters
    ----------
    result
        Sensitivity of the verdicts.
    ax
        Axes; new ones where None. They need room: some 20 cm by 20 cm.
    count
        Inputs to draw at most: those that turn most, then those that change a number most; none that
        changes every number by less than 0.1 % and turns nothing.
    """
    ax = new_axes(ax)
    names = _inputs(result, count)
    claims = [claim.claim for claim in result.claims if any(r.claim == claim.claim for r in result.rows)]
    place = {(row.parameter, row.sample): row for row in result.rows}
    shares = np.full((len(names), len(claims)), np.nan)
    marked: dict[str, list[tuple[int, int]]] = {label: [] for label, *_ in _MARKS}
    kinds = {key: row.kind for key, row in place.items()}
    for row in result.rows:
        if (row.parameter, row.sample) not in names or row.claim not in claims:
            continue
        y, x = names.index((row.parameter, row.sample)), claims.index(row.claim)
        shares[y, x] = 100.0 * max(row.change or 0.0, _LEAST)
        if row.turned:
            marked["turned, fitted input" if row.kind == FITTED else "turned"].append((x, y))
        elif row.status_low != "ok" or row.status_high != "ok":
            marked["not solved"].append((x, y))
    from matplotlib.colors import LogNorm

    drawn = ax.imshow(
        shares, cmap="YlGnBu", norm=LogNorm(100.0 * _LEAST, 100.0), aspect="auto", interpolation="nearest"
    )
    for label, marker, colour, size in _MARKS:
        if marked[label]:
            ax.scatter(*zip(*marked[label], strict=True), size, colour, marker=marker, lw=0, label=label)
    labels = [_label(name, sample, kinds[name, sample]) for name, sample in names]
    ax.set_yticks(range(len(names)), labels, fontsize=5.5)
    ax.set_xticks(range(len(claims)), claims, rotation=90, fontsize=6)
    ax.tick_params(length=0, which="both")
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.4, pad=0.015)
    bar.set_label("Largest change of the simulated number / %", fontsize=7)
    if any(marked.values()):
        ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=7, frameon=False)
    return ax


def write_picture(result: VerdictSensitivity, path: str | Path) -> None:
    """Write the picture at the size that it needs."""
    import matplotlib.pyplot as plt

    with style():
        made, ax = plt.subplots(figsize=(9.0, 7.5), layout="constrained")
        draw_verdicts(result, ax)
        save_picture(made, path)
        plt.close(made)


def _inputs(result: VerdictSensitivity, count: int) -> list[tuple[str, str]]:
    """Inputs to draw, by name and sample."""
    rank: dict[tuple[str, str], list[VerdictRow]] = {}
    for row in result.rows:
        rank.setdefault((row.parameter, row.sample), []).append(row)

    def weight(key: tuple[str, str]) -> tuple[bool, int, float]:
        rows = rank[key]
        changed = max((row.change or 0.0 for row in rows), default=0.0)
        return rows[0].kind == FITTED, -sum(bool(row.turned) for row in rows), -changed

    moved = [key for key in rank if weight(key)[1] < 0 or -weight(key)[2] > _LEAST]
    by_turns = sorted(moved, key=lambda key: weight(key)[1:])
    return sorted(by_turns[:count], key=weight)


def _label(name: str, sample: str, kind: str) -> str:
    text, _, unit = name.removesuffix("]").partition(" [")
    for word in ("Carbon electrode ", "Carbon ", "Cathode electrode ", "Cathode ", "reference "):
        text = text.replace(word, "", 1)
    return text + (f" / {unit}" if unit else "") + f" ({sample}, {kind})"
