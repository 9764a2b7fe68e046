"""Model options: PyBaMM's, and the storage of sodium in a porous carbon."""

import reprlib
from collections.abc import Collection
from typing import Any, Final

import pybamm

from .laws import ADSORPTION_LAWS, DEFAULT_CLASSES, FILLING_LAWS, RELAXATION, THREE_KINDS

CARBON_OPTIONS: Final[dict[str, tuple[Collection[str], str]]] = {
    "sodium storage": (["kinetic", "equilibrium", "single", "phases"], "single"),
    "phase classes": ([str(k) for k in range(1, 10)], "4"),
    "pore classes": ([str(k) for k in range(1, 10)], str(DEFAULT_CLASSES)),
    "adsorption law": (ADSORPTION_LAWS, THREE_KINDS),
    "pore filling": (FILLING_LAWS, RELAXATION),
    "pore interaction": (["none", "mean field"], "none"),
    "sodium trapping": (["false", "true"], "false"),
    "strong sites": (["averaged", "local"], "averaged"),
    "foil film": (["false", "true"], "false"),
}
"""Options that napore adds: what they may be, and their default (law and classes of the shipped carbons).

``sodium storage``: ``kinetic`` (adsorbed field and pore classes that fill at a finite rate),
``equilibrium`` (one field, pores filled at the potential of the adsorbed sodium), ``single``
(PyBaMM's own particle), or, of a cathode, ``phases`` (:mod:`.phases`, in ``phase classes`` sizes).
``adsorption law`` and ``pore filling``: names of :mod:`.laws`; the latter comes with the adsorption law where
it is not given (:attr:`.laws.AdsorptionLaw.filling`).
``strong sites``: of the law "three kinds", one occupancy in a particle or one in each place of it
(:mod:`.strong_storage`). ``sodium trapping``: adsorbed sodium becomes immobile on the strongest sites
(:mod:`.trapping`). ``foil film``: the drop in a film on the sodium foil of a
half cell (:mod:`.foil`). A 2-tuple sets negative and positive electrode, as for PyBaMM's options.
"""

_WITH_STORAGE: Final = {
    "pore filling": ("kinetic",),
    "sodium trapping": ("kinetic",),
    "strong sites": ("kinetic",),
    "phase classes": ("phases",),
}
"""Sodium storage of an electrode in which an option of ours acts."""

_WITH_ONE_SIZE: Final = {
    "SEI porosity change": "true",
    "lithium plating porosity change": "true",
    "thermal": "x-full",
}
"""What PyBaMM cannot do with a distribution of particle sizes; it checks the option's text, not a 2-tuple."""

_WITHOUT_MECHANICS: Final = ("none", "reaction-driven", "current-driven", "current and reaction-driven")
"""Losses of active material that PyBaMM computes without the mechanics of its own particles."""


class CarbonOptions(pybamm.BatteryModelOptions):
    """PyBaMM's battery options with those of :data:`CARBON_OPTIONS`, validated alike.

    Parameters
    ----------
    extra_options
        Options that differ from the default, by name.

    Raises
    ------
    pybamm.OptionError
        For an unknown option, an unknown value, or a combination that the carbon cannot have.
    """

    def __init__(self, extra_options: dict[str, Any] | None = None) -> None:
        extra = {name: _spelt(name, value) for name, value in (extra_options or {}).items()}
        usual = {name: default for name, (_, default) in CARBON_OPTIONS.items()}
        usual["pore filling"] = _filling_with(extra.get("adsorption law", usual["adsorption law"]))
        ours = {name: extra.pop(name, default) for name, default in usual.items()}
        try:
            super().__init__(extra)
        except NotImplementedError as error:
            raise pybamm.OptionError(str(error)) from None
        for name, value in ours.items():
            allowed = CARBON_OPTIONS[name][0]
            for part in value if isinstance(value, tuple) and len(value) == 2 else (value,):
                if not isinstance(part, str) or part not in allowed:
                    raise pybamm.OptionError(
                        f"Option {name!r} is {part!r}; choose from {', '.join(map(repr, allowed))}."
                    )
            self.possible_options[name] = list(allowed)
            self[name] = value
        for domain in self._porous:
            self._check_carbon(domain)
        if self["dimensionality"] != 0 or "2" in self["particle phases"]:
            raise pybamm.OptionError(
                f"Options 'dimensionality' and 'particle phases' are {self['dimensionality']!r} and "
                f"{self['particle phases']!r}: our models have collectors of one potential and particles of "
                "one phase; leave both out."
            )
        self._check_host()
        for name, value in ours.items():
            self._check_acts(name, value)
        self._check_strong(ours["strong sites"])
        if self["foil film"] != "false" and (
            isinstance(self["foil film"], tuple) or self["working electrode"] != "positive"
        ):
            raise pybamm.OptionError(
                f"Option 'foil film' is {self['foil film']!r}: give 'true' or 'false' for a half cell, and "
                "leave it out for a full cell, which has no sodium foil."
            )

    def _check_strong(self, value: Any) -> None:
        """Refuse the option of strong sites where no law has any."""
        asked = [d for d in self._porous if getattr(self, d)["strong sites"] == "local"]
        without = [
            d for d in asked if not ADSORPTION_LAWS[getattr(self, d)["adsorption law"]].has_strong_sites
        ]
        if without and (isinstance(value, tuple) or without == asked):
            raise pybamm.OptionError(
                f"Option 'strong sites' is 'local', but the adsorption law of the {without[0]} electrode, "
                f"{getattr(self, without[0])['adsorption law']!r}, has none: leave it 'averaged' or choose "
                f"the law {THREE_KINDS!r}."
            )

    @property
    def _porous(self) -> list[str]:
        return [d for d in ("negative", "positive") if self.electrode_types[d] == "porous"]

    def _check_acts(self, name: str, value: Any) -> None:
        """Refuse an option of ours that no electrode can follow."""
        storage = _WITH_STORAGE.get(name)
        if storage is None:
            return
        usual = dict.fromkeys(self._porous, CARBON_OPTIONS[name][1])
        if name == "pore filling":
            usual = {d: _filling_with(getattr(self, d)["adsorption law"]) for d in self._porous}
        asked = [d for d in self._porous if getattr(self, d)[name] not in (usual[d], CARBON_OPTIONS[name][1])]
        deaf = [d for d in asked if getattr(self, d)["sodium storage"] not in storage]
        if deaf and (isinstance(value, tuple) or deaf == asked):
            has = getattr(self, deaf[0])
            raise pybamm.OptionError(
                f"Option {name!r} is {has[name]!r}, which does nothing in the {deaf[0]} electrode with "
                f"sodium storage {has['sodium storage']!r}: leave it {usual[deaf[0]]!r} or choose "
                f"sodium storage {' or '.join(map(repr, storage))}."
            )

    def _check_host(self) -> None:
        """Refuse combinations at which PyBaMM's own models break."""
        for domain in self._porous:
            own = getattr(self, domain)
            if own["lithium plating"] == "partially reversible" and own["SEI"] == "none":
                raise pybamm.OptionError(
                    f"Option 'lithium plating' is 'partially reversible' for the {domain} electrode, where "
                    "metal goes dead at the film, but 'SEI' is 'none': leave 'SEI' out or choose 'constant'."
                )
            for name, value in _WITH_ONE_SIZE.items():
                if own["particle size"] == "distribution" and own[name] == value:
                    raise pybamm.OptionError(
                        f"Option {name!r} is {value!r}, but 'particle size' is 'distribution' for the "
                        f"{domain} electrode, for which PyBaMM has none: set it to 'single' or leave "
                        "the other out."
                    )
        if self["working electrode"] != "positive":
            return
        if self.negative["open-circuit potential"] != "single":
            raise pybamm.OptionError(
                f"Option 'open-circuit potential' is {self.negative['open-circuit potential']!r} for the "
                "metal of a half cell, which has none of its own; set it to 'single' for that electrode "
                "(the first of a 2-tuple)."
            )
        for name, value in (("lithium plating", "none"), ("particle size", "single")):
            if isinstance(self[name], tuple) and self[name][0] != value:
                raise pybamm.OptionError(
                    f"Option {name!r} is {self[name][0]!r} for the metal of a half cell, which has none: "
                    f"leave it {value!r} for that electrode (the first of a 2-tuple)."
                )
        if self["electrolyte conductivity"] == "integrated":
            raise pybamm.OptionError(
                "Option 'electrolyte conductivity' is 'integrated', which PyBaMM has for full cells only; "
                "leave it 'default' in a half cell."
            )

    def _check_phases(self, domain: str) -> None:
        """Refuse what the phases of a cathode cannot be together with."""
        own = getattr(self, domain)
        needed = {
            "open-circuit potential": "single",
            "particle phases": "1",
            "particle size": "single",
            "particle mechanics": "none",
            "loss of active material": "none",
            "thermal": "isothermal",
            "calculate heat source for isothermal models": "false",
        }
        if domain == "negative":
            raise pybamm.OptionError(
                "Option 'sodium storage' is 'phases' for the negative electrode, but these are the phases of "
                "a cathode: choose 'kinetic', 'equilibrium' or 'single' for it."
            )
        for name, value in needed.items():
            if own[name] != value:
                raise pybamm.OptionError(
                    f"Option {name!r} is {own[name]!r}, but sodium storage 'phases' works with {value!r} "
                    "only: set it so, or choose sodium storage 'single' for that electrode."
                )

    def _check_carbon(self, domain: str) -> None:
        own = getattr(self, domain)
        if own["sodium storage"] == "single":
            return
        if own["sodium storage"] == "phases":
            self._check_phases(domain)
            return
        needed = {
            "particle": ("Fickian diffusion",),
            "open-circuit potential": ("single",),
            "particle phases": ("1",),
            # before the option that PyBaMM turns on with them
            "loss of active material": _WITHOUT_MECHANICS,
            "particle mechanics": ("none",),
            "stress-induced diffusion": ("false",),
            "diffusivity": ("single",),
        }
        for name, allowed in needed.items():
            if own[name] not in allowed:
                words = " or ".join(map(repr, allowed))
                raise pybamm.OptionError(
                    f"Option {name!r} is {own[name]!r} for the {domain} electrode, but sodium storage "
                    f"{own['sodium storage']!r} works with {words} only; set it to {allowed[0]!r} for that "
                    "electrode (a 2-tuple sets both apart) or choose sodium storage 'single'."
                )
        if self["heat of mixing"] == "true" and own["sodium storage"] == "equilibrium":
            raise pybamm.OptionError(
                "Option 'heat of mixing' is 'true', but PyBaMM's heat of mixing knows one diffusivity per "
                "particle, not that of adsorbed sodium beside pores at its potential; set it to 'false' or "
                "choose sodium storage 'kinetic'."
            )
        if self["heat of mixing"] == "true" and own["particle size"] == "distribution":
            raise pybamm.OptionError(
                "Option 'heat of mixing' is 'true', but PyBaMM's heat of mixing knows one particle size, not "
                "a 'distribution'; set it to 'false' or 'particle size' to 'single'."
            )
        if own["sodium storage"] == "equilibrium" and own["particle size"] == "distribution":
            raise pybamm.OptionError(
                "Option 'particle size' is 'distribution', but sodium storage 'equilibrium' has one size; "
                "choose sodium storage 'kinetic'."
            )


def _filling_with(law: Any) -> Any:
    """Law of pore filling that comes with an adsorption law, of both electrodes where that is a 2-tuple."""
    if isinstance(law, tuple):
        return tuple(_filling_with(one) for one in law)
    known = ADSORPTION_LAWS.get(law) if isinstance(law, str) else None
    return known.filling if known else RELAXATION


def _spelt(name: str, value: Any) -> Any:
    """Value of an option; a whole number stands for its text, such as that of pore classes."""
    if isinstance(value, tuple):
        return tuple(_spelt(name, part) for part in value)
    if name in CARBON_OPTIONS:
        return str(value) if isinstance(value, int) and value is not True and 0 < value < 10 else value
    # PyBaMM's own are texts, but for "dimensionality" and a function of an "operating mode"
    if not (isinstance(value, str | int) or callable(value)):
        raise pybamm.OptionError(f"Option {name!r} is {reprlib.repr(value)}: give a text, or two in a tuple.")
    return value
