"""Text and pictures of docs/polarisation.md from what scripts/polarisation_page.py found."""

# ruff: noqa: E501

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from voltammetry_text import LABELS, table

from napore.experiments.reference import GROUPS
from napore.parameters.reported import reported
from napore.plotting import CAPACITY_LABEL, figure, sequential_colours, style

Content = Mapping[str, Any]

RATES = ("0.5", "1", "2", "5")
PARTS = {"carbon": "C2", "separator": "C1", "foil": "C0"}


def draw(content: Content, folder: Path) -> None:
    """Write the pictures."""
    with style():
        _split(content).savefig(folder / "polarisation_split.png")
        _places(content).savefig(folder / "polarisation_losses.png")
        _pulses(content).savefig(folder / "polarisation_pulses.png")


def _split(content: Content) -> Any:
    made, panels = figure(3)
    for ax, (name, label) in zip(panels, LABELS.items(), strict=True):
        found = content[f"{name}: 5 C against foil"]["sodiation"]["columns"]
        charge = np.array(found["capacity_mAh_g"])
        for number, (group, names) in enumerate(GROUPS.items()):
            part = -1e3 * sum((np.array(found.get(f"{n}_V", 0.0 * charge)) for n in names), 0.0 * charge)
            if np.max(np.abs(part)) > 0.01:
                ax.plot(charge, part, color=f"C{number}", label=group)
        ax.plot(charge, -1e3 * np.array(found["total_V"]), "k-", lw=1.0, label="total")
        ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set(xlabel=CAPACITY_LABEL, title=f"{label}, sodiation at 5 C", ylim=(-50.0, 150.0))
        ax.set_xlim(0.0, float(charge[-1]))
    panels[0].set_ylabel("polarisation / mV")
    handles, labels = panels[0].get_legend_handles_labels()
    panels[0].legend(handles, labels, loc="upper left", ncols=2, fontsize=7)
    return made


def losses(content: Content, name: str, rate: str) -> dict[str, float]:
    """Capacity at 0.02 C, at the rate, and what carbon, separator and foil take between them [mAh/g]."""

    def capacity(at: str, what: str) -> float:
        return float(content[f"{name}: {at} C against {what}"]["rate"]["capacity_mAh_g"])

    slow, foil = capacity("0.02", "foil"), capacity(rate, "foil")
    at_foil, at_carbon = capacity(rate, "at the foil"), capacity(rate, "at the carbon")
    return {
        "slow": slow,
        "carbon": slow - at_carbon,
        "separator": at_carbon - at_foil,
        "foil": at_foil - foil,
        "left": foil,
    }


def _places(content: Content) -> Any:
    made, panels = figure(3)
    for ax, (name, label) in zip(panels, LABELS.items(), strict=True):
        found = [losses(content, name, rate) for rate in RATES]
        place = np.arange(len(RATES))
        left = np.array([row["left"] for row in found])
        ax.bar(place, left, color="0.85", label="delivered")
        below = left
        for what in ("foil", "separator", "carbon"):
            height = np.array([row[what] for row in found])
            ax.bar(place, height, bottom=below, color=PARTS[what], label=f"lost to the {what}")
            below = below + height
        ax.axhline(found[0]["slow"], color="k", lw=0.8, ls=":")
        ax.set_xticks(place, RATES)
        ax.set(xlabel="Rate / C", title=label, ylim=(0.0, 430.0))
    panels[0].set_ylabel(CAPACITY_LABEL)
    handles, labels = panels[0].get_legend_handles_labels()
    panels[0].legend(handles[::-1], labels[::-1], loc="upper right", ncols=2)
    return made


def _pulses(content: Content) -> Any:
    made, (left, right) = figure(2)
    for ax, name, first, title in (
        (left, "fjh", "sodiation", "FJH against sodium, 1 C"),
        (right, "fjh-nvp", "discharge", "FJH / NVP, 1 C"),
    ):
        rows = content[f"{name}: pulses"]["pulses"]
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
        ax.set_yticks([30, 50, 100, 200, 300], ["30", "50", "100", "200", "300"])
        ax.minorticks_off()
        ax.legend()
    return made


def scatter() -> float:
    """Share by which two cells of one carbon differ in the paper (H05.fjh)."""
    (row,) = (row for row in reported() if row.id == "H05.fjh")
    assert row.lower is not None
    assert row.upper is not None
    return row.upper / row.lower - 1.0


def check(content: Content) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    ends = {name: content[f"{name}: 5 C against foil"]["rate"] for name in LABELS}
    five = {name: losses(content, name, "5") for name in LABELS}
    two = {name: losses(content, name, "2") for name in LABELS}
    middle = {n: content[f"{n}: 5 C against middle"]["rate"]["capacity_mAh_g"] for n in ("fjh", "fjh-b")}
    held = {n: content[f"{n}: hold"]["columns"]["capacity_mAh_g"][-1] for n in ("fjh", "fjh-b")}

    def part(of: Mapping[str, float], what: str) -> float:
        return of[what] / (of["slow"] - of["left"])

    def end(name: str, *parts: str) -> float:
        return -sum(float(ends[name][f"end_{what}_mV"]) for what in parts)

    inside = {n: end(n, "carbon_filling", "carbon_diffusion") for n in ("fjh", "fjh-b")}
    said = {
        "more than half the carbon's, less than two thirds": all(
            1 / 2 < part(five[n], "carbon") < 2 / 3 for n in ("fjh", "fjh-b")
        ),
        "a third electrode does not tell the sets apart": abs(middle["fjh"] / middle["fjh-b"] - 1)
        < scatter(),
        "separator and foil small up to 2 C": all(
            two[n]["separator"] + two[n]["foil"] < 3 for n in ("fjh", "fjh-b")
        ),
        "TF at 2 C": two["tf"]["separator"] + two["tf"]["foil"]
        > 0.2 * (two["tf"]["slow"] - two["tf"]["left"]),
        "TF at 5 C": part(five["tf"], "carbon") > 0.9,
        "a hold tells the sets apart": held["fjh"] > 1.3 * held["fjh-b"],
        "order of the parts of FJH": all(
            end(n, "carbon_kinetics") > end(n, "separator") > inside[n] > end(n, "foil_kinetics")
            for n in ("fjh", "fjh-b")
        ),
        "only 5 C from SOC 0.98 ends at once": all(
            (found["status"] == "ok") != ("at 5 C from SOC 0.98" in key)
            for key, found in content.items()
            if "reversals" in key
        ),
    }
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def page(content: Content) -> str:
    """Markdown of docs/polarisation.md."""
    check(content)
    five = {name: losses(content, name, "5") for name in LABELS}
    middle = {name: content[f"{name}: 5 C against middle"]["rate"]["capacity_mAh_g"] for name in LABELS}
    ends = {name: content[f"{name}: 5 C against foil"]["rate"] for name in LABELS}
    missed = max(
        found["sodiation"]["largest_unexplained_V"] for key, found in content.items() if "against" in key
    )

    up_to_2_C = max(
        row["separator"] + row["foil"]
        for name in ("fjh", "fjh-b")
        for rate in ("0.5", "1", "2")
        for row in [losses(content, name, rate)]
    )
    apart = 100.0 * abs(middle["fjh"] / middle["fjh-b"] - 1.0)
    inside = -ends["fjh"]["end_carbon_filling_mV"] - ends["fjh"]["end_carbon_diffusion_mV"]

    def share(name: str, what: str, rate: str = "5") -> float:
        row = losses(content, name, rate)
        return 100.0 * row[what] / (row["slow"] - row["left"])

    capacities = [
        [
            LABELS[name],
            f"{five[name]['left']:.1f}",
            f"{five[name]['left'] + five[name]['foil']:.1f}",
            f"{middle[name]:.1f}",
            f"{five[name]['slow'] - five[name]['carbon']:.1f}",
        ]
        for name in LABELS
    ]
    splits = [
        [
            LABELS[name],
            *(
                f"{-sum(ends[name].get(f'end_{part}_mV') or 0.0 for part in GROUPS[group]) + 0.0:.1f}"
                for group in ("charge transfer, carbon", "diffusion", "pore filling", "electrolyte", "foil")
            ),
            f"{-ends[name]['end_total_mV']:.1f}",
            f"{-ends[name]['end_separator_mV']:.1f}",
        ]
        for name in LABELS
    ]
    by_rate = [
        [
            LABELS[name],
            rate,
            f"{row['left']:.1f}",
            *(
                f"{row[what]:.1f} ({share(name, what, rate):.0f} %)"
                for what in ("carbon", "separator", "foil")
            ),
        ]
        for name in LABELS
        for rate in RATES
        for row in [losses(content, name, rate)]
    ]

    def resistance(name: str, soc: float, direction: str, time: float) -> str:
        for row in content[f"{name}: pulses"]["pulses"]:
            if (row["soc"], row["direction"], row["time_s"]) == (soc, direction, time):
                return "-" if row["resistance_ohm"] is None else f"{row['resistance_ohm']:.1f}"
        return "-"

    pulses = [
        [label, f"{soc:g}", *(resistance(name, soc, direction, time) for time in (0.1, 1.0, 10.0, 30.0))]
        for name, label, direction in (
            *((name, LABELS[name], "sodiation") for name in LABELS),
            ("fjh-nvp", "FJH / NVP", "discharge"),
        )
        for soc in (0.1, 0.5, 0.9)
    ]
    held = []
    for name in LABELS:
        found = content[f"{name}: hold"]
        time, current, charge = (
            np.array(found["columns"][n]) for n in ("time_s", "current_mA_g", "capacity_mAh_g")
        )
        tenth = time[np.argmax(current < 0.1 * current[0])] / 60.0
        held.append(
            [
                LABELS[name],
                f"{found['capacity_before_mAh_g']:.0f}",
                f"{charge[-1]:.1f}",
                f"{tenth:.0f}",
                f"{current[-1]:.1f}",
            ]
        )
    driven = [
        [
            key.split("at ")[1].split(" from")[0],
            key.split("SOC ")[1],
            found["status"],
            "-"
            if found["lowest_voltage_V"] is None
            else f"{found['lowest_voltage_V']:.3f} to {found['highest_voltage_V']:.3f}",
        ]
        for key, found in content.items()
        if "reversals" in key
    ]
    return f"""# Polarisation

Written by `scripts/polarisation_page.py` from `docs/data/polarisation_gu2025.json`. **Everything here is predicted**: the sets were fitted to
capacities at four rates (TF at two) with the charge-transfer resistance held, and to nothing on this page. DFN.

## Findings

- **The cut-off at the foil costs FJH {middle["fjh"] - five["fjh"]["left"]:.0f} mAh/g at 5 C**: {five["fjh"]["left"]:.0f} mAh/g when the cut-off is the one at the terminals, as in the
  paper's two-electrode cell, and {middle["fjh"]:.0f} when it is counted from a reference electrode in the middle of the separator ({five["fjh-b"]["left"]:.0f} and {middle["fjh-b"]:.0f} with the
  second set, which fits the rates as well).
- **A little over half of the rate loss at 5 C is the carbon's.** Of what FJH loses between 0.02 and 5 C, {share("fjh", "carbon"):.0f} % is the
  carbon's, {share("fjh", "separator"):.0f} % the separator's, {share("fjh", "foil"):.0f} % the foil's; with the second set {share("fjh-b", "carbon"):.0f}, {share("fjh-b", "separator"):.0f} and {share("fjh-b", "foil"):.0f} %. Up to 2 C separator and foil
  take at most {up_to_2_C:.1f} mAh/g. A three-electrode cell at 5 C would not tell the two sets apart: they differ by {apart:.0f} % there, two cells of the
  paper by {100 * scatter():.0f} % (H05).
- **TF suffers from the other parts of the cell at another rate.** At 2 C separator and foil take {share("tf", "separator", "2"):.0f} and {share("tf", "foil", "2"):.0f} % of its loss, because its own
  polarisation leaves the plateau just above the cut-off; at 5 C only {share("tf", "separator") + share("tf", "foil"):.0f} %, because the carbon alone has lost the plateau already. The collapse of
  TF at 5 C is the carbon's, by its charge transfer ({-ends["tf"]["end_carbon_kinetics_mV"]:.0f} mV), whose size in TF is an assumption (the paper says "larger" only).
- **A hold tells the two sets apart.** After sodiation at 1 C, two hours at 0.01 V bring FJH {held[0][2]} mAh/g more, and
  {held[1][2]} with the second set, whose pores have less left to fill.
- At the end of sodiation at 5 C, FJH polarises by {-ends["fjh"]["end_total_mV"]:.0f} mV. Charge transfer at the carbon ({-ends["fjh"]["end_carbon_kinetics_mV"]:.0f} mV) and the separator ({-ends["fjh"]["end_separator_mV"]:.0f} mV) are the
  largest parts, then filling and diffusion in the particles ({inside:.0f} mV), then the foil ({-ends["fjh"]["end_foil_kinetics_mV"]:.0f} mV).

## Reference electrode: FJH and TF at 5 C

The rate test's definition (three symmetric cycles from equilibrium at 3 V, 0.01 to 3 V, last desodiation counts) with the cut-offs
counted from different places; mAh per gram of carbon:

{table(["set", "from the foil", "reference at the foil", "in the middle", "at the carbon"], capacities)}

![Parts of the polarisation over the charge during sodiation at 5 C](images/polarisation_split.png)

*Polarisation during the last sodiation at 5 C, cut off at the terminals: equilibrium of the mean content less the voltage. Pore
filling is negative at first (off the scale): pores that the last desodiation did not empty hold the equilibrium of the mean content down, while
the sites at the interface are empty.*

At the end of that sodiation, mV:

{table(["set", "charge transfer", "diffusion", "pore filling", "electrolyte", "foil", "total", "of the electrolyte: separator"], splits)}

The parts add up to the total at every time; the largest difference over all runs, both directions, is {1e3 * missed:.1g} mV. "Diffusion" is the potential of
the adsorbed sodium at the surface against that at its mean, "pore filling" the latter against the equilibrium of the mean content. The
parts of the electrolyte are those between the foil and the mean over the carbon electrode.

## Whose loss is the rate loss?

Desodiation capacity at the rate, and what is lost against 0.02 C. Carbon: what is missing when only the carbon polarises (reference at
the carbon). Separator: what a reference at the foil loses beyond that. Foil: the rest.

{table(["set", "C", "mAh/g", "lost to the carbon", "separator", "foil"], by_rate)}

![Capacity lost to carbon, separator and foil at four rates](images/polarisation_losses.png)

*Delivered and lost capacity; dotted, the capacity at 0.02 C.* The order matters: each part is counted with those nearer to the carbon
already there, so the foil's is what a better foil would bring in the present cell.

## Pulses

Resistance from equilibrium after a step of 1 C, ohm (0.9503 cm2; sodiation, or discharge of the full cell):

{table(["cell", "SOC", "0.1 s", "1 s", "10 s", "30 s"], pulses)}

![Resistance of pulses over the state of charge](images/polarisation_pulses.png)

*Circles: sodiation and discharge; squares, dashed: the other direction.* The models have no double layer unless asked for, so that the
charge-transfer resistance is there from the first moment. TF's is the
assumed one (see above). On the slope the resistance at 30 s is mostly the slope itself: the equilibrium moves.

## Hold at 0.01 V after sodiation at 1 C, two hours

{table(["set", "before, mAh/g", "during the hold, mAh/g", "to a tenth of the current, min", "last current, mA/g"], held)}

## Drive: current reversals every second for an hour

FJH half cell, DFN, the current jumps between plus and minus the rate each second:

{table(["rate", "SOC at the start", "status", "voltage, V"], driven)}

A profile ends at the first cut-off, and the status names it; a failed solve would be named as well. From SOC 0.98 a step to 5 C passes
the lower cut-off at once. The solver's error test leaves out the algebraic states here: with them it takes two to three times as many
steps for voltages that agree within 0.1 mV.

## Reproduce

```sh
python scripts/polarisation_page.py run && python scripts/polarisation_page.py page
```

```python
cell = napore.half_cell("fjh")
napore.reference_test(cell, [5.0], position=0.5).table()  # position=None: against the foil
napore.pulse_test(cell, soc=(0.1, 0.5, 0.9), rate=1.0, duration_s=30.0).table()
napore.hold_test(cell, 0.01, duration_s=7200.0, rate=1.0).table()
# columns 'time [s]' and one of 'current [A]', 'rate [C]', 'power [W]'
napore.drive(cell, "profile.csv", soc=0.5).status
```
"""
