"""How much of the sodium sits on sites and how much of the pores is filled, over the voltage."""

import pybamm

from napore.zoo.napore_half_cell import NaporeHalfCell


def main() -> None:
    """Sodiate at 1 C and print ten points."""
    solution = pybamm.Simulation(NaporeHalfCell()).solve([0, 3600])
    print("voltage / V  sites taken  pores filled")
    for k in range(10):
        time = solution.t[-1] * k / 9.0
        voltage, sites, pores = (
            float(solution[name](time))
            for name in (
                "Voltage [V]",
                "Average positive particle adsorbed occupancy",
                "Average positive particle pore filling",
            )
        )
        print(f"{voltage:11.3f}  {sites:11.3f}  {pores:12.3f}")


if __name__ == "__main__":
    main()
