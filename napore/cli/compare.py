"""``napore compare``: measured curves beside a cell's simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .described import columns_of, described, reads_files
from .group import Failure
from .output import check_plot, quiet_host
from .runner import carry_out, print_columns


@described
@reads_files
def compare(
    how: dict[str, Any],
    cell: str,
    files: tuple[Path, ...],
    mass_ratio: float | None,
    charge_rate: float | None,
    current_mA_cm2: float | None,
    model: str,
    draws: int,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Lay measured curves of FILES over the simulation of CELL: voltage and capacity, without a fit.

    CELL is the name of a set (napore parameters list) or a parameter file. A carbon is run as each file says
    (window, holds, rests); a full cell and a cathode between their own cut-offs at the current of each curve,
    per gram of cathode.
    """
    check_plot(plot_file)
    if not files:
        raise Failure("no file is given: give one or more measured curves")
    quiet_host()
    from napore.calibration.compare import compare as run
    from napore.calibration.files import Reading

    reading = Reading(**how)
    carry_out(
        lambda: run(
            cell,
            files,
            model=model,
            draws=draws,
            mass_ratio=mass_ratio,
            charge_rate=charge_rate,
            current_mA_cm2=current_mA_cm2,
            how=reading,
        ),
        lambda found: print_columns(
            found.table(),
            [row for row in columns_of("compare") if draws or row[1] not in ("coverage", "draws")],
        ),
        json_file,
        plot_file,
    )
