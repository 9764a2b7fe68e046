"""Potential of the positive electrode over its collector, so that no current is lost in round-off."""

from typing import Any, Final

import pybamm

_POTENTIAL: Final = "Positive electrode potential [V]"

_PER_1C: Final = 1.0
"""Weight of the electrode's charge beside the potential at the collector [V], as of a current of 1 C."""


class OverTheCollector(pybamm.electrode.ohm.Full):
    """Ohm's law of PyBaMM with the collector's potential and the difference to it as two states.

    ``phi_s = phi_cc + d`` with ``div(sigma_eff grad d) = sum a j``, ``d = 0`` at the collector, and for
    ``phi_cc`` the charge of the whole electrode, ``i + L mean(sum a j) = 0``. In PyBaMM's single state
    of some volts neighbouring volumes differ by microvolts: half a unit in its last place is a
    current of some 1e-9 A/m2, which at 0.01 C makes or loses 1e-6 of the sodium. The equations and
    their finite volumes are the same.
    """

    def get_fundamental_variables(self) -> dict[str, Any]:
        """Both states, and PyBaMM's potential as their sum."""
        collector = pybamm.Variable(
            "Positive current collector potential [V]",
            domain="current collector",
            reference=self.param.ocv_init,
        )
        self._collector = pybamm.PrimaryBroadcast(collector, "positive electrode")
        self._difference = pybamm.Variable(
            "Positive electrode potential over its collector [V]",
            domain="positive electrode",
            auxiliary_domains={"secondary": "current collector"},
        )
        variables: dict[str, Any] = self._get_standard_potential_variables(self._collector + self._difference)
        return {**variables, collector.name: collector, self._difference.name: self._difference}

    def get_coupled_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Current density that the difference drives."""
        potential = variables[_POTENTIAL]
        found = super().get_coupled_variables({**variables, _POTENTIAL: self._difference})
        return {**found, _POTENTIAL: potential}

    def _get_standard_whole_cell_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        # PyBaMM takes the voltage from the potential at the collector
        found: dict[str, Any] = super()._get_standard_whole_cell_variables(
            {**variables, _POTENTIAL: self._collector}
        )
        return found

    def set_algebraic(self, variables: dict[str, Any]) -> None:
        """Charge of each volume; no difference at the collector, and with it the mean charge.

        The mean follows from the volumes. It gives the equation an entry on the diagonal: without one the
        pivots that the solver keeps from its first step failed beside a balance of heat.
        """
        super().set_algebraic({**variables, _POTENTIAL: self._difference})
        mean = pybamm.x_average(self.algebraic[self._difference])
        volts = _PER_1C * self.param.A_cc * self.param.p.L / self.param.Q
        self.algebraic[self._collector.orphans[0]] = (
            pybamm.boundary_value(self._difference, "right") + volts * mean
        )

    def set_boundary_conditions(self, variables: dict[str, Any]) -> None:
        """No current at the separator, the cell's at the collector."""
        super().set_boundary_conditions(variables)  # of the sum, whose gradient heats
        self.boundary_conditions[self._difference] = self.boundary_conditions[variables[_POTENTIAL]]

    def set_initial_conditions(self, variables: dict[str, Any]) -> None:
        """No current."""
        self.initial_conditions = {
            self._difference: pybamm.Scalar(0),
            self._collector.orphans[0]: self.param.ocv_init,
        }
