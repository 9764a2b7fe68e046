"""The problems by name, each a function that returns findings."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

from .balances import CASES, balance, full_cell_balance, windows
from .finding import Finding
from .finer import full_cells, pulses, scans, sizes, spectra
from .front import shell_front
from .impedance import consistent_guess, sine_against_impedance
from .limits import equilibrium_limit, single_is_pybamm, slow_limit, transport_limit
from .mesh import default_mesh, electrolyte_loss, order_in_electrode, order_in_radius

MODELS = ("SPM", "SPMe", "DFN")
LAWS = ("relaxation", "sinh")

FINER: dict[Callable[[str, str], list[Finding]], tuple[tuple[str, str], ...]] = {
    pulses: (("fjh", "SPMe"), ("tf", "SPMe"), ("nvp", "SPMe")),
    spectra: (("fjh", "SPMe"), ("fjh-nvp", "SPMe")),
    scans: (("fjh", "SPMe"), ("nvp", "SPMe")),
    full_cells: (("fjh-nvp", "SPMe"), ("fjh-nvp", "DFN")),
    sizes: (("fjh", "SPM"),),
}
"""Experiments on a finer mesh: cells and models of each."""

PROBLEMS: dict[str, list[Callable[[], list[Finding]]]] = {
    "balances": [
        *(partial(balance, *case) for case in CASES),
        *(partial(balance, model, "relaxation", False, 5.0) for model in MODELS),
        *(
            partial(balance, model, "relaxation", drive, 1.0, {"surface form": "differential"})
            for model, drive in product(MODELS, (False, True))
        ),
        *(partial(full_cell_balance, model, rate) for model, rate in product(MODELS, (0.2, 2.0))),
        partial(full_cell_balance, "SPMe", 2.0, "tf"),
        *(partial(windows, anode) for anode in ("fjh", "tf")),
    ],
    "limits": [
        *(partial(slow_limit, model, law) for model, law in product(("SPM", "DFN"), LAWS)),
        partial(slow_limit, "SPM", "relaxation", 5e-5),
        equilibrium_limit,
        transport_limit,
        shell_front,
        *(partial(single_is_pybamm, model) for model in MODELS),
    ],
    "mesh": [
        order_in_radius,
        order_in_electrode,
        electrolyte_loss,
        *(partial(default_mesh, model, rate) for model, rate in product(MODELS, (0.02, 5.0))),
        *(partial(problem, *case) for problem, cases in FINER.items() for case in cases),
    ],
    "impedance": [
        *(
            partial(consistent_guess, "DFN", x, T)
            for x, T in product((0.05, 0.3, 0.8), (273.15, 298.15, 323.15))
        ),
        *(
            partial(sine_against_impedance, model, 0.5, f)
            for model, f in product(("SPMe", "DFN"), (100.0, 1.0, 1e-2))
        ),
    ],
}
"""Lists of problems by kind; about ten minutes together."""


def run(*kinds: str) -> Iterator[Finding]:
    """Findings of the problems of these kinds (all where none is given), one by one."""
    for kind in kinds or PROBLEMS:
        for problem in PROBLEMS[kind]:
            yield from problem()
