"""Facts, claims and pictures of docs/polarisation.md."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from napore.experiments.reference import GROUPS
from napore.parameters.reported import reported
from napore.parameters.sets import load_set
from napore.plotting import CAPACITY_LABEL, figure, plain_ticks, sequential_colours

Found = Mapping[str, Any]

LABELS = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
RATES = ("0.5", "1", "2", "5")
PARTS = {"carbon": "C2", "separator": "C1", "foil": "C0"}
ELECTRODES = ("charge transfer, carbon", "diffusion", "pore filling", "electrolyte", "foil")
TIMES_s = (0.1, 1.0, 10.0, 30.0)


def losses(found: Found, name: str, rate: str) -> dict[str, float]:
    """Capacity at 0.02 C, at the rate, and what carbon, separator and foil take between them [mAh/g]."""

    def capacity(at: str, what: str) -> float:
        return float(found[f"{name}, {at} C against {what}"]["capacity_mAh_g"])

    slow, foil = capacity("0.02", "foil"), capacity(rate, "foil")
    at_foil, at_carbon = capacity(rate, "at the foil"), capacity(rate, "at the carbon")
    return {
        "slow": slow,
        "carbon": slow - at_carbon,
        "separator": at_carbon - at_foil,
        "foil": at_foil - foil,
        "left": foil,
    }


def facts(found: Found) -> dict[str, Any]:
    """Numbers of the template."""
    middle = {name: found[f"{name}, 5 C against middle"]["capacity_mAh_g"] for name in LABELS}
    ends = {name: found[f"{name}, 5 C against foil"] for name in LABELS}

    def share(name: str, what: str, rate: str = "5") -> float:
        row = losses(found, name, rate)
        return 100.0 * row[what] / (row["slow"] - row["left"])

    return {
        "disc_cm2": 2.5e3 * np.pi * load_set("fjh").numbers["Electrode disc diameter [m]"] ** 2,
        "groups": {group: GROUPS[group] for group in ELECTRODES},
        "five": {name: losses(found, name, "5") for name in LABELS},
        "middle": middle,
        "ends": ends,
        "missed": max(one["largest_unexplained_V"] for key, one in found.items() if "against" in key),
        "worst": worst(found, "fjh"),
        "apart": 100.0 * abs(middle["fjh"] / middle["fjh-b"] - 1.0),
        "scatter": scatter(),
        "inside": -ends["fjh"]["end_carbon_filling_mV"] - ends["fjh"]["end_carbon_diffusion_mV"],
        "share": share,
        "by_rate": [
            losses(found, name, rate) | {"name": name, "rate": rate} for name in LABELS for rate in RATES
        ],
        "pulsed": pulsed(found),
        "held": {name: found[f"{name}, hold"] for name in LABELS},
        "driven": [found[name] for name in found if name.startswith("reversals")],
    }


def worst(found: Found, name: str) -> dict[str, Any]:
    """Rate [C] at which separator and foil take most, how much [mAh/g], and its share of the loss [%]."""
    rows = {rate: losses(found, name, rate) for rate in RATES}
    others = {rate: row["separator"] + row["foil"] for rate, row in rows.items()}
    rate = max(others, key=lambda one: others[one])
    share = 100.0 * others[rate] / (rows[rate]["slow"] - rows[rate]["left"])
    return {"rate": rate, "others": others[rate], "share": share}


def split(end: Mapping[str, Any], names: Any) -> float:
    """What parts take of the voltage at the end of sodiation [mV]."""
    return -sum(end.get(f"end_{part}_mV") or 0.0 for part in names) + 0.0


def pulsed(found: Found) -> list[tuple[str, float, list[float | None]]]:
    """Resistance of each cell by state of charge and time [ohm]."""
    rows = []
    cells = [(name, label, "sodiation") for name, label in LABELS.items()]
    for name, label, direction in [*cells, ("fjh-nvp", "FJH / NVP", "discharge")]:
        at = {(p["soc"], p["direction"], p["time_s"]): p["resistance_ohm"] for p in found[f"{name}, pulses"]}
        for soc in (0.1, 0.5, 0.9):
            rows.append((label, soc, [at.get((soc, direction, time)) for time in TIMES_s]))
    return rows


def scatter() -> float:
    """Share by which two cells of one carbon differ in the paper (H05.fjh)."""
    (row,) = (row for row in reported() if row.id == "H05.fjh")
    assert row.lower is not None
    assert row.upper is not None
    return row.upper / row.lower - 1.0


def said(found: Found) -> dict[str, bool]:
    """What the words say of the numbers."""
    shown = facts(found)
    ends, five, held = shown["ends"], shown["five"], shown["held"]
    two = {name: losses(found, name, "2") for name in LABELS}

    def part(of: Mapping[str, float], what: str) -> float:
        return of[what] / (of["slow"] - of["left"])

    def end(name: str, *parts: str) -> float:
        return -sum(float(ends[name][f"end_{what}_mV"]) for what in parts)

    inside = {n: end(n, "carbon_filling", "carbon_diffusion") for n in ("fjh", "fjh-b")}
    return {
        "the loss at 5 C is the carbon's": all(part(five[n], "carbon") > 0.9 for n in LABELS),
        "a third electrode does not tell the sets apart": shown["apart"] < 100.0 * scatter(),
        "the rest of the cell matters most below 2 C": all(
            worst(found, n)["rate"] in ("0.5", "1") and worst(found, n)["share"] > 15
            for n in ("fjh", "fjh-b")
        ),
        "TF up to 1 C": all(part(losses(found, "tf", rate), "carbon") > 0.97 for rate in ("0.5", "1")),
        "TF at 2 C": two["tf"]["separator"] + two["tf"]["foil"]
        > 0.2 * (two["tf"]["slow"] - two["tf"]["left"]),
        "TF at 5 C": end("tf", "carbon_filling") > end("tf", "carbon_kinetics") > 0.2 * end("tf", "total"),
        "a hold does not tell the sets apart": abs(
            held["fjh"]["capacity_mAh_g"] / held["fjh-b"]["capacity_mAh_g"] - 1.0
        )
        < 0.05,
        "order of the parts of FJH": all(
            end(n, "carbon_kinetics") > end(n, "separator") > inside[n] > end(n, "foil_kinetics")
            for n in ("fjh", "fjh-b")
        ),
        "from SOC 0.98 they end at once": all(
            (one["status"] == "ok") != ("from SOC 0.98" in key)
            for key, one in found.items()
            if "reversals" in key
        ),
    }


def _split(found: Found) -> Any:
    made, panels = figure(3)
    for ax, (name, label) in zip(panels, LABELS.items(), strict=True):
        one = found[f"{name}, 5 C against foil"]["sodiation"]
        charge = np.array(one["capacity_mAh_g"])
        for number, (group, names) in enumerate(GROUPS.items()):
            part = -1e3 * sum((np.array(one.get(f"{n}_V", 0.0 * charge)) for n in names), 0.0 * charge)
            if np.max(np.abs(part)) > 0.01:
                ax.plot(charge, part, color=f"C{number}", label=group)
        ax.plot(charge, -1e3 * np.array(one["total_V"]), "k-", lw=1.0, label="total")
        ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set(xlabel=CAPACITY_LABEL, title=f"{label}, sodiation at 5 C", ylim=(-50.0, 150.0))
        ax.set_xlim(0.0, float(charge[-1]))
    panels[0].set_ylabel("polarisation / mV")
    handles, labels = panels[0].get_legend_handles_labels()
    panels[0].legend(handles, labels, loc="upper left", ncols=2, fontsize=7)
    return made


def _places(found: Found) -> Any:
    made, panels = figure(3)
    for ax, (name, label) in zip(panels, LABELS.items(), strict=True):
        lost = [losses(found, name, rate) for rate in RATES]
        place = np.arange(len(RATES))
        left = np.array([row["left"] for row in lost])
        ax.bar(place, left, color="0.85", label="delivered")
        below = left
        for what in ("foil", "separator", "carbon"):
            height = np.array([row[what] for row in lost])
            ax.bar(place, height, bottom=below, color=PARTS[what], label=f"lost to the {what}")
            below = below + height
        ax.axhline(lost[0]["slow"], color="k", lw=0.8, ls=":")
        ax.set_xticks(place, RATES)
        ax.set(xlabel="Rate / C", title=label, ylim=(0.0, 430.0))
    panels[0].set_ylabel(CAPACITY_LABEL)
    handles, labels = panels[0].get_legend_handles_labels()
    panels[0].legend(handles[::-1], labels[::-1], loc="upper right", ncols=2)
    return made


def _pulses(found: Found) -> Any:
    made, (left, right) = figure(2)
    for ax, name, first, title in (
        (left, "fjh", "sodiation", "FJH against sodium, 1 C"),
        (right, "fjh-nvp", "discharge", "FJH / NVP, 1 C"),
    ):
        rows = found[f"{name}, pulses"]
        times = sorted({row["time_s"] for row in rows})
        for time, colour in zip(times, sequential_colours(len(times)), strict=True):
            for direction in sorted({row["direction"] for row in rows}):
                points = [
                    (row["soc"], row["resistance_ohm"])
                    for row in rows
                    if (row["time_s"], row["direction"]) == (time, direction) and row["resistance_ohm"]
                ]
                shown = f"{time:g} s" if direction == first else None
                line = "o-" if direction == first else "s--"
                ax.plot(*np.array(points).T, line, color=colour, ms=4, fillstyle="full", label=shown)
        ax.set(yscale="log", xlabel="SOC", ylabel="R / $\\Omega$", title=title)
        plain_ticks(ax, y=(30, 50, 100, 200, 300))
        ax.legend()
    return made


PICTURES = {"polarisation_split": _split, "polarisation_losses": _places, "polarisation_pulses": _pulses}
