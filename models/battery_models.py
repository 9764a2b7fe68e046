"""SPM, SPMe and DFN of PyBaMM with sodium storage in a carbon with closed nanopores."""

from typing import Any, Final

import casadi
import pybamm

from .aliases import sodium_aliases
from .electrode_potential import OverTheCollector
from .electrolyte import (
    AlgebraicAtTheMetal,
    DifferentialAtTheMetal,
    SaltFromTheMetal,
    SealedSalt,
    SeriesConductivity,
)
from .equilibrium_storage import EquilibriumStorage
from .events import carbon_events, heat_events, salt_events
from .foil import with_film
from .guards import guarded
from .heat import computes_heat, with_carbon_heat
from .interface import CarbonOpenCircuitPotential, with_adsorbed_occupancy
from .meshes import Mesh
from .options import CarbonOptions
from .parameters import CarbonParameters
from .particle import AdsorptionPoreFilling
from .phases import PhasePotential, PhaseStorage, phase_law, rest_occupancy
from .plating import SodiumPlating
from .solver import CarbonSolver
from .strong_storage import ThreeKindsStorage, ThreeKindsTrapping
from .tolerances import tolerances
from .trapping import TrappingStorage

_KINETIC: Final = {
    (False, False): AdsorptionPoreFilling,
    (False, True): TrappingStorage,
    (True, False): ThreeKindsStorage,
    (True, True): ThreeKindsTrapping,
}
"""Kinetic storage by strongly bound sodium and by trapping."""


class CarbonMixin:
    """Storage in the carbon, put into one of PyBaMM's lithium-ion models.

    The carbon is the working electrode of a half cell (option ``"working electrode": "positive"``,
    PyBaMM's name for it) or the negative electrode of a full cell. Without the option "sodium
    storage" that electrode has ``"kinetic"`` storage and the other one ``"single"``.
    """

    # of the PyBaMM model beside it
    initial_conditions: Any
    param: Any
    submodels: Any
    variables: Any
    y_slices: Any
    len_rhs: int
    events: list[pybamm.Event]
    x_average: bool
    mesh: Mesh | None = None
    """Mesh that was chosen for a cell (:func:`.meshes.fitted_mesh`); PyBaMM's where None."""
    _sizes = 20
    """Particle sizes of a distribution."""

    def __init__(
        self, options: dict[str, Any] | None = None, name: str | None = None, build: bool = True
    ) -> None:
        if not isinstance(options, CarbonOptions):
            options = CarbonOptions(self._with_defaults(dict(options or {})))
        super().__init__(options, name or f"Sodium-ion {type(self).__name__}", build)  # type: ignore[call-arg]

    @property
    def options(self) -> Any:
        """Options, PyBaMM's and the carbon's."""
        return self._options  # type: ignore[attr-defined]

    @options.setter
    def options(self, given: Any) -> None:
        if not isinstance(given, CarbonOptions):  # as PyBaMM's serialiser gives them
            given = CarbonOptions(self._with_defaults(dict(given or {})))
        pybamm.BaseBatteryModel.options.fset(self, given)

    @property
    def default_parameter_values(self) -> pybamm.ParameterValues:
        """Values of the paper's carbon: of its half cell, or of its full cell."""
        half_cell = self.options["working electrode"] == "positive"
        return pybamm.ParameterValues("Gu2025_FJH_half" if half_cell else "Gu2025_FJH_NVP")

    def _with_defaults(self, options: dict[str, Any]) -> dict[str, Any]:
        half_cell = options.get("working electrode", "both") == "positive"
        options.setdefault("sodium storage", "kinetic" if half_cell else ("kinetic", "single"))
        plating = options.get("lithium plating")
        partial = ("partially reversible", ("none", "partially reversible"))
        if half_cell and plating in partial and "SEI" not in options:
            # metal goes dead at a film; where PyBaMM adds it by itself the sodium foil has one too
            options["SEI"] = ("none", "constant")
            options.setdefault("SEI film resistance", "none")
        if half_cell and isinstance(self, pybamm.lithium_ion.DFN) and _ages(options):
            # without it the solver finds no consistent start at 3 V, or does not rest there
            options.setdefault("surface form", "algebraic")
        if isinstance(self, pybamm.lithium_ion.SPM) and _is_on(plating):
            # without it PyBaMM takes the whole current for that of storage where it computes the potential
            options.setdefault("surface form", "algebraic")
        # what SPM.__init__ does to a plain dictionary
        if isinstance(self, pybamm.lithium_ion.SPM):
            if not isinstance(self, pybamm.lithium_ion.SPMe):
                options.setdefault("x-average side reactions", "true")
            if options.get("surface form") is None and (
                options.get("intercalation kinetics") is not None
                or "distribution" in options.get("particle size", "")
            ):
                options["surface form"] = "algebraic"
        return options

    @property
    def default_solver(self) -> CarbonSolver:
        """Solver with the tolerances that the model needs (:mod:`.tolerances`)."""
        # beside states of the double layers the only algebraic ones of an SPM or SPMe are the current of a
        # hold, which jumps where it begins, and those of side reactions: their error test stops the solver
        lone = not isinstance(self, DFN) and self.options["surface form"] == "differential"
        options = {"suppress_algebraic_error": True} if lone else {}
        rtol, atol = tolerances(self.options)
        return CarbonSolver(rtol=rtol, atol=atol, options=options)

    @property
    def default_var_pts(self) -> dict[str, int]:
        """Points of the mesh: those chosen for the cell, else PyBaMM's, with fewer particle sizes.

        With 20 sizes in the place of PyBaMM's 30 the carbons of the paper deliver the same at 0.1 to 5 C to
        0.08 mAh/g, with 10 to 0.7 mAh/g; in a DFN 30 in each of 20 places are 60,000 states.
        """
        points: dict[str, int] = super().default_var_pts  # type: ignore[misc]
        own, factor = ({}, 1) if self.mesh is None else (self.mesh.points, self.mesh.factor)
        return {**points, **dict.fromkeys(("R_n", "R_p"), factor * self._sizes), **own}

    @property
    def default_submesh_types(self) -> dict[str, Any]:
        """Kinds of mesh: particles graded to the surface where a mesh was chosen for the cell."""
        kinds: dict[str, Any] = super().default_submesh_types  # type: ignore[misc]
        return kinds if self.mesh is None else {**kinds, **self.mesh.submeshes()}

    def _carbons(self) -> dict[str, CarbonParameters]:
        """Symbols of the electrodes that are carbons, by domain."""
        carbons = {}
        for domain in ("negative", "positive"):
            own = getattr(self.options, domain)
            if self.options.electrode_types[domain] == "porous" and own["sodium storage"] not in (
                "single",
                "phases",
            ):
                carbons[domain] = CarbonParameters(
                    domain,
                    int(own["pore classes"]),
                    own["pore interaction"] == "mean field",
                    own["adsorption law"],
                )
        return carbons

    def set_electrolyte_concentration_submodel(self) -> None:
        """PyBaMM's salt balance; in a half cell with the flux at the metal that conserves salt."""
        super().set_electrolyte_concentration_submodel()  # type: ignore[misc]
        plain = self.submodels["electrolyte diffusion"]
        full = isinstance(plain, pybamm.electrolyte_diffusion.Full)
        if full:
            half = self.options["working electrode"] == "positive"
            salt = (SaltFromTheMetal if half else SealedSalt)(self.param, self.options, plain.x_average_state)
            self.submodels["electrolyte diffusion"] = salt

    def set_particle_submodel(self) -> None:
        """Particles of the carbon in the place of PyBaMM's."""
        super().set_particle_submodel()  # type: ignore[misc]
        for domain, carbon in self._carbons().items():
            own = getattr(self.options, domain)
            kinetic = _KINETIC[carbon.has_strong_sites, own["sodium trapping"] == "true"]
            particle = kinetic if own["sodium storage"] == "kinetic" else EquilibriumStorage
            self.submodels[f"{domain} primary particle"] = particle(
                self.param,
                domain,
                self.options,
                carbon,
                self.x_average,
            )
        if self._has_phases:
            phases = PhaseStorage(self.param, "positive", self.options, self.x_average)
            self.submodels["positive primary particle"] = phases

    @property
    def _has_phases(self) -> bool:
        """Whether the cathode has its phases."""
        return bool(self.options.positive["sodium storage"] == "phases")

    def set_lithium_plating_submodel(self) -> None:
        """PyBaMM's plating, with a rate that stays bounded far above the potential of the metal."""
        super().set_lithium_plating_submodel()  # type: ignore[misc]
        for name, plain in self.submodels.items():
            if type(plain) is pybamm.lithium_plating.Plating:
                own = (plain.param, plain.domain, plain.x_average, plain.options, plain.phase)
                self.submodels[name] = SodiumPlating(*own)

    def set_open_circuit_potential_submodel(self) -> None:
        """Potentials of the carbon; the guess of the electrode potential agrees with them."""
        super().set_open_circuit_potential_submodel()  # type: ignore[misc]
        if self._has_phases:
            law, primary = phase_law("positive"), self.param.p.prim
            primary.U_init = law.potential(rest_occupancy(law, primary.sto_init_av, self.param.T_init))
            self.param.ocv_init = primary.U_init - self.param.n.prim.U_init
            self.submodels["positive primary open-circuit potential"] = PhasePotential(
                self.param, "positive", "lithium-ion main", self.options, "primary", self.x_average
            )
        for domain, carbon in self._carbons().items():
            # impedance is linearised at the guess, which PyBaMM takes from U_init
            primary = self.param.domain_params[domain].prim
            T = self.param.T_init
            kinetic = getattr(self.options, domain)["sodium storage"] == "kinetic"
            x = primary.sto_init_av
            theta = carbon.rest(x, T)[0] if kinetic else carbon.equilibrium_occupancy(x, T)
            primary.U_init = carbon.adsorption_potential(theta, T)
            self.param.ocv_init = self.param.p.prim.U_init - self.param.n.prim.U_init
            self.submodels[f"{domain} primary open-circuit potential"] = CarbonOpenCircuitPotential(
                self.param,
                domain,
                self.options,
                carbon,
                self.x_average,
            )

    def build_fundamental(self) -> None:
        """States of PyBaMM; potentials count from 0 V, the start is an initial condition alone.

        PyBaMM counts them from the potential at the start, which is the inverse of an isotherm: where its
        numbers are inputs each right-hand side would compute it again.
        """
        holders = [(self.param.domain_params[domain].prim, "U_init") for domain in ("negative", "positive")]
        own = [(*place, getattr(*place)) for place in (*holders, (self.param, "ocv_init"))]
        for holder, name, _ in own:
            setattr(holder, name, pybamm.Scalar(0))
        super().build_fundamental()  # type: ignore[misc]
        for holder, name, start in own:
            setattr(holder, name, start)

    def set_li_metal_counter_electrode_submodels(self) -> None:
        """PyBaMM's foil, with a film of its own (:mod:`.foil`)."""
        super().set_li_metal_counter_electrode_submodels()  # type: ignore[misc]
        if self.options["foil film"] == "true":
            plain = self.submodels["negative electrode interface"]
            inverted = isinstance(plain, pybamm.kinetics.InverseButlerVolmer | pybamm.kinetics.InverseLinear)
            phase = () if inverted else ("primary",)
            self.submodels["negative electrode interface"] = with_film(type(plain))(
                self.param, "negative", plain.reaction, self.options, *phase
            )

    def set_thermal_submodel(self) -> None:
        """PyBaMM's thermal model; with heat sources it counts what the carbon's storage releases."""
        super().set_thermal_submodel()  # type: ignore[misc]
        if (self._carbons() or self.options["foil film"] == "true") and computes_heat(self.options):
            thermal = with_carbon_heat(type(self.submodels["thermal"]))
            self.submodels["thermal"] = thermal(self.param, self.options, self.x_average)

    def get_intercalation_kinetics(self, domain: str) -> type[Any]:
        """PyBaMM's kinetics; in a carbon with the occupancy of the adsorption sites."""
        return self._for_carbon(domain, super().get_intercalation_kinetics(domain))  # type: ignore[misc]

    def get_inverse_intercalation_kinetics(self, domain: str) -> type[Any]:
        """PyBaMM's inverse kinetics; in a carbon with the occupancy of the adsorption sites."""
        return self._for_carbon(domain, super().get_inverse_intercalation_kinetics(domain))  # type: ignore[misc]

    def _for_carbon(self, domain: str, kinetics: type[Any]) -> type[Any]:
        return with_adsorbed_occupancy(kinetics) if domain in self._carbons() else kinetics

    def build_casadi_jacobian(self, expression: casadi.MX, y: casadi.MX) -> casadi.MX:
        """Derivatives of a discretised model; the balance of heat, which holds every state, on its own.

        Among the others its full row would cost one sweep through the model for every state, instead of one.
        """
        rows = [
            row
            for variable, places in self.y_slices.items()
            if variable.name == "Volume-averaged cell temperature [K]"
            for row in range(places[0].start, places[0].stop)
        ]
        others, heat = expression, casadi.MX(expression.shape[0], y.shape[0])
        for row in rows if expression.shape[0] >= self.len_rhs else ():
            others = casadi.vertcat(others[:row], casadi.MX(1, 1), others[row + 1 :])
            heat[row, :] = casadi.jacobian(expression[row], y)
        found: casadi.MX = super().build_casadi_jacobian(others, y) + heat  # type: ignore[misc]
        return found

    def build_model(self) -> None:
        """Build; add the carbon's events and names for sodium; refuse what the options leave dead."""
        super().build_model()  # type: ignore[misc]
        for domain in self._carbons():
            self.events += carbon_events(domain, self.variables)
        self.events += salt_events(self) + heat_events(self)
        self.variables.update(sodium_aliases(self.variables))
        state, start = next(iter(self.initial_conditions.items()))
        self.initial_conditions[state] = guarded(start, self.options, self.param, self._carbons())


def _ages(options: dict[str, Any]) -> bool:
    """Whether the carbon of a half cell ages: a film, metal, traps or lost material."""
    names = ("SEI", "lithium plating", "sodium trapping", "loss of active material")
    given = [options.get(name) for name in names]
    return any(_is_on(value[-1:] if isinstance(value, tuple) else value) for value in given)


def _is_on(value: Any) -> bool:
    """Whether an option, or one of a tuple of two, turns something on."""
    return any(
        one not in (None, "none", "false") for one in (value if isinstance(value, tuple) else (value,))
    )


class SPM(CarbonMixin, pybamm.lithium_ion.SPM):
    """Single particle model with adsorption and pore filling (:class:`pybamm.lithium_ion.SPM`)."""


class SPMe(CarbonMixin, pybamm.lithium_ion.SPMe):
    """Single particle model with electrolyte (:class:`pybamm.lithium_ion.SPMe`)."""


class DFN(CarbonMixin, pybamm.lithium_ion.DFN):
    """Doyle-Fuller-Newman model with adsorption and pore filling (:class:`pybamm.lithium_ion.DFN`)."""

    _sizes = 10

    def set_solid_submodel(self) -> None:
        """PyBaMM's electrodes; the positive one with its potential over the collector's."""
        super().set_solid_submodel()
        if self.options["surface form"] == "false" and self.options["dimensionality"] == 0:
            self.submodels["positive electrode potential"] = OverTheCollector(
                self.param, "positive", self.options
            )

    def set_electrolyte_potential_submodel(self) -> None:
        """PyBaMM's electrolyte; beside a carbon with resistances of neighbours in series."""
        super().set_electrolyte_potential_submodel()
        # the surface forms have their own, which means harmonically already
        if self._carbons() and self.options["surface form"] == "false":
            self.submodels["electrolyte conductivity"] = SeriesConductivity(self.param, self.options)
        if self.options["surface form"] != "false" and self.options["working electrode"] == "positive":
            algebraic = self.options["surface form"] == "algebraic"
            form = AlgebraicAtTheMetal if algebraic else DifferentialAtTheMetal
            name = "positive surface potential difference"
            self.submodels[name] = form(self.param, "positive", self.options)
