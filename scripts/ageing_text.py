"""Text of docs/ageing.md from the runs of scripts/ageing_page.py."""

from typing import Any

from napore.models.constants import FARADAY
from napore.parameters.ageing import AGEING, load_ageing
from napore.parameters.reported import reported

Found = dict[str, Any]

BET_m2_g = 8.1
FILM_g_mol, SODIUM_PER_FILM = 106.0, 2.0

NAMES = {
    "gu2025": "film by diffusion of solvent, resists",
    "gu2025-b": "film by reaction, resists",
    "gu2025-lam": "film by diffusion without resistance, loss of carbon",
}


def row(*cells: Any) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def percent(share: float | None, digits: int = 1) -> str:
    """Share as a percentage."""
    return "-" if share is None else f"{100.0 * share:.{digits}f} %"


def last(run: Found) -> Found:
    """Last cycle of a run."""
    return {name: values[-1] for name, values in run["cycles"].items()}


def at(run: Found, name: str, cycle: int) -> float:
    """A number at a cycle."""
    return float(run["cycles"][name][cycle - 1])


def film_per_carbon(run: Found) -> float:
    """Sodium in the film at the end per gram of carbon [mAh/g]."""
    return float(last(run)["film_loss_mAh_g"]) / float(run["masses"]["carbon_share"])


def film_g_per_g(run: Found) -> float:
    """Mass of the film at the end per gram of carbon, as Na2CO3."""
    return 3.6 * film_per_carbon(run) / FARADAY / SODIUM_PER_FILM * FILM_g_mol


def on_bet(run: Found) -> float:
    """Thickness at the end if the film lay on the BET area [nm]."""
    return float(last(run)["film_thickness_nm"]) * float(run["masses"]["surface_m2_g"]) / BET_m2_g


def retentions(found: Found) -> list[str]:
    """Retention in the three tests, by ageing."""
    lines = [
        row("ageing", "H07: 200 cycles, 0.5 C", "F06: 100 cycles, 0.2 C", "H11: 80 cycles, 0.1 C"),
        row("---", "---", "---", "---"),
        row("role", "fitted to", "fitted to", "shape: not fitted"),
        row("reported", "93.2 %", "64.5 %", "no decay; counted as at least 99 %"),
    ]
    for ageing, name in NAMES.items():
        kept = [found[f"{claim} {ageing}"]["retention"] for claim in ("H07", "F06", "H11")]
        verdict = "" if kept[2] >= 0.99 else ", **decays**"
        lines.append(
            row(f"`{ageing}`: {name}", percent(kept[0]), percent(kept[1]), percent(kept[2]) + verdict)
        )
    return lines


def values() -> list[str]:
    """Fitted values of each ageing."""
    lines = [row("ageing", "value", "fitted", "range", "to"), row(*["---"] * 5)]
    for name in AGEING:
        for entry in load_ageing(name).entries.values():
            if entry.kind == "fitted" and entry.allowed is not None:
                low, high = entry.allowed
                claim = entry.source.partition(":")[0]
                lines.append(
                    row(f"`{name}`", entry.name, f"{entry.value:.3g}", f"{low:g} to {high:g}", claim)
                )
    return lines


def implied(found: Found) -> list[str]:
    """What each ageing implies beside the capacity."""
    lines = [
        row(
            "ageing, test",
            "efficiency, last cycle",
            "sodium in the film, mAh/g carbon",
            "film, g/g carbon",
            "thickness on smooth spheres",
            "on the BET area",
            "film resistance",
            "active carbon left",
        ),
        row(*["---"] * 8),
    ]
    for ageing in NAMES:
        for claim in ("H07", "F06", "H11"):
            run = found[f"{claim} {ageing}"]
            end = last(run)
            lines.append(
                row(
                    f"`{ageing}`, {claim}",
                    percent(end["coulombic_efficiency"], 2),
                    f"{film_per_carbon(run):.0f}",
                    f"{film_g_per_g(run):.2f}",
                    f"{end['film_thickness_nm']:.0f} nm",
                    f"{on_bet(run):.0f} nm",
                    f"{end['film_resistance_ohm']:.0f} ohm",
                    percent(end["active_share"]),
                )
            )
    return lines


def fast(found: Found) -> list[str]:
    """Fast mode against every cycle."""
    lines = [
        row("test", "cycles simulated", "capacity at the end", "ms per cycle, every cycle", "speed-up"),
        row(*["---"] * 5),
    ]
    for ageing in NAMES:
        for claim in ("H07", "F06", "H11"):
            every, quick = found[f"{claim} {ageing}"], found[f"{claim} {ageing} fast"]
            error = last(quick)["capacity_mAh_g"] / last(every)["capacity_mAh_g"] - 1.0
            count = len(every["cycles"]["cycle"])
            lines.append(
                row(
                    f"{claim}, `{ageing}`",
                    f"{quick['simulated']} of {count}",
                    f"{100 * error:+.2f} %",
                    f"{1e3 * every['seconds'] / count:.0f}",
                    f"{every['seconds'] / quick['seconds']:.1f}",
                )
            )
    return lines


def checks(found: Found) -> list[str]:
    """Other models and sets with the same numbers."""
    lines = [row("`gu2025` in", "H07", "F06", "H11"), row(*["---"] * 4)]
    for name, suffix in (
        ("SPMe, every cycle", "gu2025"),
        ("DFN, fast mode", "DFN fast"),
        ("SPMe, second set of the carbon (`fjh-b`), fast mode", "second set fast"),
    ):
        lines.append(
            row(name, *(percent(found[f"{c} {suffix}"]["retention"]) for c in ("H07", "F06", "H11")))
        )
    return lines


def noise(found: Found) -> tuple[float, float]:
    """Scatter of a half cell's capacity from cycle to cycle, and the largest of a single cycle [mAh/g].

    Second differences, in which a scatter that is independent from cycle to cycle has six times its
    variance and one cycle that is off by itself twice its height.
    """
    scatter, largest = 0.0, 0.0
    for ageing in NAMES:
        for claim in ("H07", "H11"):
            kept = found[f"{claim} {ageing}"]["cycles"]["capacity_mAh_g"][9:]
            bends = [c - 2.0 * b + a for a, b, c in zip(kept, kept[1:], kept[2:], strict=False)]
            scatter = max(scatter, (sum(b * b for b in bends) / len(bends) / 6.0) ** 0.5)
            largest = max(largest, max(map(abs, bends)) / 2.0)
    return scatter, largest


def check(found: Found) -> None:
    """Refuse to write a page whose words are no longer those of the numbers."""
    kept = {name: run["retention"] for name, run in found.items()}
    said = {entry.id: float(entry.value) for entry in reported() if isinstance(entry.value, int | float)}
    half, full, low = found["H07 gu2025"], found["F06 gu2025"], found["H11 gu2025"]
    lost = at(full, "capacity_mAh_g", 3) - last(full)["capacity_mAh_g"]
    first_loss = said["H01.fjh"] * (100.0 / said["H02.fjh"] - 1.0)
    without = {claim: kept[f"{claim} without resistance"] for claim in ("H07", "F06")}
    words = {
        "every run finished": all(run["status"] == "ok" for run in found.values()),
        "H07 and F06 met by construction": off(found) < 1e-3,
        "both films give all three": min(kept[f"H11 {name}"] for name in ("gu2025", "gu2025-b")) >= 0.99,
        "loss of carbon does not": kept["H11 gu2025-lam"] < 0.99,
        "of the half cell's loss all is resistance": without["H07"] > 0.995,
        "of the full cell's next to none": abs(without["F06"] - kept["F06 gu2025"]) < 0.005,
        "efficiencies tell the films apart": last(low)["coulombic_efficiency"]
        - last(found["H11 gu2025-b"])["coulombic_efficiency"]
        > 0.005,
        "more than the first cycle takes": film_per_carbon(half) > first_loss,
        "traps cannot": kept["F06 traps"] > kept["F06 gu2025"] + 0.1,
        "starts below the paper's": at(full, "capacity_mAh_g", 1) < said["F05"]
        and lost < said["F05"] * (1.0 - said["F06"] / 100.0),
        "third cycle below the tenth": at(low, "capacity_mAh_g", 3) < at(low, "capacity_mAh_g", 10),
        "fast mode within what is required": worst_of_fast(found) < 0.005,
    }
    wrong = [what for what, holds in words.items() if not holds]
    if wrong:
        raise ValueError(f"the page says, but the numbers do not: {'; '.join(wrong)}")


def off(found: Found) -> float:
    """Largest distance of a retention from the number that it was fitted to."""
    said = {entry.id: entry.value for entry in reported()}
    return max(
        abs(found[f"{claim} {ageing}"]["retention"] - float(said[claim] or 0.0) / 100.0)
        for ageing in NAMES
        for claim in ("H07", "F06")
    )


def worst_of_fast(found: Found) -> float:
    """Largest error of the fast mode in the capacity of the last cycle."""
    return max(
        abs(last(found[f"{c} {a} fast"])["capacity_mAh_g"] / last(found[f"{c} {a}"])["capacity_mAh_g"] - 1.0)
        for a in NAMES
        for c in ("H07", "F06", "H11")
    )


def page(found: Found) -> str:
    """Markdown of the page."""
    check(found)
    half, full, low = found["H07 gu2025"], found["F06 gu2025"], found["H11 gu2025"]
    lam = found["H11 gu2025-lam"]
    bare_half, bare_full = found["H07 without resistance"], found["F06 without resistance"]
    traps = found["F06 traps"]
    said = {entry.id: float(entry.value) for entry in reported() if isinstance(entry.value, int | float)}
    first_loss = said["H01.fjh"] * (100.0 / said["H02.fjh"] - 1.0)
    start_full = at(full, "capacity_mAh_g", 3)
    lost = start_full - last(full)["capacity_mAh_g"]
    per_carbon = lost / full["masses"]["carbon_share"]
    # 0.5 C of 300 mA/g on the loading of the half cell's disc
    shift = (
        (last(half)["film_resistance_ohm"] - at(half, "film_resistance_ohm", 3))
        * half["masses"]["one_C_A"]
        / 2
    )
    trapped = last(traps)["trapped_mAh_g"] / traps["masses"]["carbon_share"]
    early = at(full, "film_resistance_ohm", 3)
    scatter, largest = noise(found)
    text = f"""# Ageing: why the full cell fades and the half cell does not

Written by `scripts/ageing_page.py` from `docs/data/ageing_gu2025.json`, which it regenerates.
Fitted to: H07 and F06, by `scripts/calibrate_ageing.py`. Everything else on this page is predicted.

## Findings

1. **One film explains all three cycling tests.** A film (SEI) that grows on the carbon takes sodium, and
   resists. The half cell's foil makes good the sodium, so that only the resistance shows there
   ({percent(half["retention"])} after 200 cycles; fitted); the full cell has {start_full:.0f} mAh/g to lose and
   loses {lost:.0f} ({percent(full["retention"])} after 100 cycles; fitted). Nothing else is fitted, and at
   0.1 C, where a resistance costs a fifth of the voltage that it costs at 0.5 C, the half cell keeps
   {percent(low["retention"])} over 80 cycles (predicted; the paper: no decay).
2. **Loss of active carbon does not.** Fitted to the same two numbers instead of the film's resistance it
   leaves {percent(lam["retention"])} after 80 cycles at 0.1 C, because the charge that passes per cycle hardly
   depends on the rate: the paper sees no decay there.
3. **What takes sodium hurts the full cell only; what resists or takes carbon hurts both.** With the film's
   resistance switched off the half cell keeps {percent(bare_half["retention"])} and the full cell
   {percent(bare_full["retention"])}: of the full cell's loss next to nothing is resistance, of the half cell's all.
4. **The paper's numbers do not determine how the film grows.** By diffusion (`gu2025`) and by reaction
   (`gu2025-b`, {percent(found["H11 gu2025-b"]["retention"])} at 0.1 C) both give all three. They differ in the efficiency of the half cell at 0.1 C after 80 cycles,
   {percent(last(low)["coulombic_efficiency"], 2)} and
   {percent(last(found["H11 gu2025-b"])["coulombic_efficiency"], 2)}, and in the sodium spent by then,
   {film_per_carbon(low):.0f} and {film_per_carbon(found["H11 gu2025-b"]):.0f} mAh/g of carbon. The efficiency of
   the half cells would decide it; the paper's text does not give it.
5. **The film that this takes is large**: {film_per_carbon(half):.0f} mAh/g and {film_g_per_g(half):.2f} g per gram
   of carbon after 200 cycles at 0.5 C, {last(half)["film_thickness_nm"]:.0f} nm on smooth spheres or
   {on_bet(half):.0f} nm on the BET area, {last(half)["film_resistance_ohm"]:.0f} ohm in the 11 mm cell. That is more
   than the first cycle takes ({first_loss:.0f} mAh/g), and diglyme is known for thin films. Its resistance moves the plateau of the
   half cell by {1e3 * shift:.0f} mV in each direction at 0.5 C, which is to be seen in the curves. If the half cells' efficiency is above
   {percent(at(half, "coulombic_efficiency", 100), 2)} at cycle 100 of 0.5 C, the film on the carbon cannot take
   what the full cell loses, and part of F06 belongs to the cathode or to the cell (leaks, moisture,
   products that wander), which is not modelled here.
6. **Traps cannot do it.** The full cell loses {per_carbon:.0f} mAh per gram of carbon. Traps of a fifth of all
   sites, filled fast, hold {trapped:.0f} mAh/g and leave {percent(traps["retention"])}.

![Capacity over cycle 3 in the three tests](images/ageing_retention.png)

*Lines: simulated (SPMe). Stars: Gu et al., Chem. Eng. J. 2025, 159331, Fig. 3b, 3d, 3h; filled: fitted to.
The paper's text has no curve between the ends, so that the shape of the lines is a prediction.*

## Fitted, and predicted

Retention is the capacity of the last cycle over that of the third, as a capacity at a rate is that of the
third cycle: in the first two slow pores settle.

{chr(10).join(retentions(found))}

{chr(10).join(values())}

Two values for two numbers: H07 and F06 are met by construction (within {off(found):.2g} of the retention) and the
values have no error of their own. H11 chooses between the explanations. All other numbers of a cell are those of
its half-cell calibration. `Initial SEI thickness` is 5 nm (assumed), the film's
solvent, molar volume and sodium (Na2CO3) are those of the cell's file.

## What the film does

![Resistance or sodium; efficiency; resistance over time](images/ageing_split.png)

*Left: with the film whole, and with its resistance switched off. Middle and right: predicted.*

{chr(10).join(implied(found))}

Thickness on smooth spheres of 5 um ({half["masses"]["surface_m2_g"]:.2f} m2/g), which is what the model's film lies on;
on the BET area of 8.1 m2/g (S02) the same film is {BET_m2_g / half["masses"]["surface_m2_g"]:.0f} times thinner and its
resistivity that much higher. The fitted resistivity belongs to the smooth surface.

A film that grows by diffusion starts fast: after three cycles of the full cell it has {early:.0f} ohm. The
charge-transfer resistance of 20 ohm (K01) is without the film's arc, so that this contradicts nothing reported, but
an impedance spectrum after some cycles would test it.

![Curves of some cycles](images/ageing_curves.png)

*Half cell: the polarisation grows and cuts the plateau at 0.01 V. Full cell: the curves shorten because
sodium is missing; the carbon's plateau is reached less and less.*

## The same numbers elsewhere

{chr(10).join(checks(found))}

The values were fitted in the SPMe on the first set; the other rows are predictions with the same values.

## Doubts

- **The start of the full cell.** At 0.2 C it gives {at(full, "capacity_mAh_g", 1):.1f} mAh/g in the first cycle and {start_full:.1f}
  in the third, where the paper has {said["F05"]:.1f} (F05), more than its inventory without presodiation: the retention is
  fitted, the capacity it is of is not the paper's. Lost are {lost:.1f} mAh/g here and {said["F05"] * (1.0 - said["F06"] / 100.0):.1f} there.
- **Over which cycle.** Over the first instead of the third the same run keeps
  {percent(last(full)["capacity_mAh_g"] / at(full, "capacity_mAh_g", 1))} (full cell) and
  {percent(last(half)["capacity_mAh_g"] / at(half, "capacity_mAh_g", 1))} (half cell). The full cell's first cycles
  depend on the assumed 5 nm of film at the start: a formed film may be thicker.
- **Above 100 %.** While the film grows fast it takes sodium on desodiation too, so that the third cycle gives less than
  the tenth.
- **Noise.** The capacity of a half cell scatters by {scatter:.2f} mAh/g from cycle to cycle with the tolerance of the solver,
  a single cycle by up to {largest:.2f}.
- **Only this carbon.** The numbers are those of FJH; the paper has no cycling numbers of TF, and an ageing put into a
  cell of TF carries FJH's over.
- **Not modelled**: ageing of the cathode, of the sodium foil and of the electrolyte; temperature beyond the film's
  activation energy; any change of the pores.

## Fast mode

Cycles over which the state changes evenly are left out (`fast=True`, `napore cycle --fast`): what ages is carried on to
second order, the rest follows the sodium that is lost, and the error of each jump is estimated. Against every cycle,
same cell and process, SPMe:

{chr(10).join(fast(found))}

Largest error {percent(worst_of_fast(found), 2)}; required: 0.5 %. Wall times are those of one run on a shared machine.

## In code

```python
cell = napore.half_cell("fjh", ageing="gu2025")  # or "gu2025-b", "gu2025-lam", a file
napore.cycle_test(cell, 0.5, 200, fast=True).plot()
full = napore.full_cell("fjh", "NVP", ageing="gu2025")
napore.cycle_test(full, 0.2, 100, folder="cycles")  # killed and started again, it goes on
```

```sh
napore cycle fjh --rate 0.5 --cycles 200 --ageing gu2025 --model SPMe --fast
```

Growth of the film, loss of active material and irreversible plating are PyBaMM's submodels, on the carbon; trapping
on the strongest sites is napore's (option `"sodium trapping"`). Options and numbers on top of an ageing replace its own, such as
`options={{"SEI film resistance": "none"}}`. In a DFN half cell a film whose growth depends on potential needs the
option `"surface form": "algebraic"`, which napore sets: without it the solver finds no consistent start at 3 V.
"""
    return text
