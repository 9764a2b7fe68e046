"""What the joint calibration leaves free of the law "three kinds": bounds, priors, rows that speak of it."""

from typing import Final

from napore.calibration import Fitted

C: Final = "Carbon electrode"
Q: Final = f"{C} specific capacity of all sites [mA.h.g-1]"
SITES: Final = f"{C} adsorption capacity fraction"
STRONG: Final = f"{C} strong site share"
LEVEL: Final = f"{C} mobile site potential [V]"
TAIL: Final = f"{C} mobile site tail share"
LOWEST: Final = f"{C} strong site lowest potential [V]"
WIDTH: Final = f"{C} strong site potential width [V]"
STRONG_RATE: Final = f"{C} strong site median exchange rate [s-1]"
STRONG_SPREAD: Final = f"{C} strong site exchange rate standard deviation [decades]"
LARGE: Final = f"{C} large pore share"
LARGE_RADIUS: Final = f"{C} large pore median radius [m]"
WETTING: Final = f"{C} pore wetting energy [J.m-2]"
RADIUS_SPREAD: Final = f"{C} pore radius spread"
COOPERATIVITY: Final = f"{C} pore filling cooperativity"
RATE: Final = f"{C} pore median filling rate [s-1]"
SPREAD: Final = f"{C} pore filling rate spread [decades]"
SYMMETRY: Final = f"{C} pore exchange symmetry"
DIFFUSIVITY: Final = "Carbon particle reference diffusivity [m2.s-1]"

FREE: Final = {
    one.name: one
    for one in (
        Fitted(Q, 341.0, 520.0, 420.0),
        Fitted(SITES, 0.1, 0.45, 0.22, prior=(0.25, 0.08)),
        Fitted(STRONG, 0.4, 0.95, 0.8, prior=(0.8, 0.1)),
        Fitted(LEVEL, 0.1, 0.24, 0.16, prior=(0.18, 0.04)),
        Fitted(TAIL, 0.02, 0.2, 0.06, prior=(0.08, 0.04)),
        Fitted(LOWEST, 0.0, 0.15, 0.05, prior=(0.05, 0.03)),
        Fitted(WIDTH, 0.3, 0.9, 0.6, prior=(0.6, 0.1)),
        Fitted(STRONG_RATE, 1e-5, 10.0, 0.05, prior=(-2.0, 1.0), logarithmic=True),
        Fitted(STRONG_SPREAD, 0.0, 4.0, 2.0, prior=(2.0, 1.0)),
        Fitted(LARGE, 0.0, 0.8, 0.4, prior=(0.4, 0.15)),
        Fitted(LARGE_RADIUS, 2e-9, 2e-8, 8e-9, prior=(-8.1, 0.15), logarithmic=True),
        Fitted(WETTING, 0.05, 0.15, 0.11, prior=(0.10, 0.03)),
        Fitted(RADIUS_SPREAD, 0.01, 0.5, 0.1),
        Fitted(COOPERATIVITY, 1.0, 6.0, 2.5, prior=(2.0, 1.0)),
        Fitted(RATE, 1e-4, 100.0, 0.5, logarithmic=True),
        Fitted(SPREAD, -9.0, 9.0, 5.0),
        Fitted(SYMMETRY, 0.0, 0.5, 0.2),
        Fitted(DIFFUSIVITY, 1e-13, 4e-10, 5e-11, logarithmic=True),
    )
}

FREE_TF: Final = (
    Fitted(Q, 230.0, 420.0, 310.0),
    Fitted(SITES, 0.1, 0.45, 0.2, prior=(0.2, 0.08)),
    Fitted(STRONG_RATE, 1e-5, 10.0, 0.1, prior=(-1.0, 1.0), logarithmic=True),
    Fitted(RATE, 1e-5, 10.0, 0.1, logarithmic=True),
    Fitted(DIFFUSIVITY, 1e-13, 1e-10, 2e-11, logarithmic=True),
)
"""What TF has of its own, fitted to H01.tf, H04.tf, H10.tf, K03.tf and K06.tf."""

NUISANCE: Final = (
    "Electrolyte reference conductivity [S.m-1]",
    "Electrolyte reference diffusivity [m2.s-1]",
    "Cation transference number",
    "Thermodynamic factor",
    "Separator thickness [m]",
    "Sodium metal reference exchange-current density [A.m-2]",
)
"""What is assumed of electrolyte, separator and foil; within its range it widens the errors of the fit."""

SOURCES: Final = {
    Q: "H01; large pores that fill below the cut-off are among the sites",
    SITES: "H03, H04; prior 0.25(8): slope of 93 mAh/g, facts 309 - 216",
    STRONG: "H03, K03; prior 0.8(1): most of the slope of measured hard carbons is strongly bound",
    LEVEL: "K03, H08; prior 0.18(4) V: between the plateau and the slope",
    TAIL: "K03; prior 0.08(4): mobile sodium at every potential",
    LOWEST: "L01; prior 0.05(3) V: the slope passes into the plateau without a gap",
    WIDTH: "L01; prior 0.6(1) V: slope of measured hard carbons from 0.1 to above 1 V",
    STRONG_RATE: "L02, H05, H06; prior 1e-2 1/s within a decade: hysteresis of about 0.1 V at 30 mA/g",
    STRONG_SPREAD: "L02, H05; prior 2(1): sites of different surroundings",
    LARGE: "H01, H05, H06; prior 0.4(0.15): tail of measured hard carbons below the plateau",
    LARGE_RADIUS: "H01, H05; prior 8 nm within 0.15 decades: pores that fill near 0.01 V",
    WETTING: "H03, H08; prior 0.10(3) J/m2: plateau of 50 mV at 1 nm",
    RADIUS_SPREAD: "H03, K03",
    COOPERATIVITY: "H03, K03; prior 2(1): Frumkin fit of a plateau, DOI 10.1002/cphc.202100748",
    RATE: "H05, H06, H08, K03, S09",
    SPREAD: "H05, H06, H08, K03, S09",
    SYMMETRY: "H05, H06, S09; bounds: relaxation (0) and symmetric exchange (1/2)",
    DIFFUSIVITY: "H08, K03, for the assumed radius; mobile sodium alone, not what GITT shows",
}
"""Rows that speak of each number, and where its prior is from."""
