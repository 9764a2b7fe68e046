"""Numbers of a cell with provenance, apart from how they become values of PyBaMM."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..models.laws import DEFAULT_ADSORPTION
from ..results import counted, named_repr
from .provenance import Entry

if TYPE_CHECKING:
    from .electrolytes import Electrolyte


@dataclass(frozen=True)
class PotentialTable:
    """Potential of a cathode at rest against its content, in the place of a law; none yet where it is empty.

    Parameters
    ----------
    template
        Short name of the template that it fills.
    content, potential_V
        Content, rising from 0 (the usable capacity is out) to 1 (full of sodium), and potential, falling.
    kind, source
        Class and source of the potential.
    """

    template: str
    content: tuple[float, ...] = ()
    potential_V: tuple[float, ...] = ()
    kind: str = "assumed"
    source: str = ""


@dataclass(frozen=True, repr=False)
class Numbers:
    """Numbers of a cell with provenance; :class:`.sets.ParameterSet` makes values of PyBaMM from them.

    Parameters
    ----------
    name
        Short name, or the stem of the file.
    title
        What it is, in one line.
    entries
        Numbers by name.
    classes
        Number of pore classes; 0 without a carbon.
    kind
        ``"carbon"``, ``"cathode"`` or ``"full"``.
    ageing
        Name of the ageing of its carbon (:mod:`.ageing`), whose numbers are among the entries.
    law
        Name of the adsorption law of its carbon.
    electrolyte
        Electrolyte in the place of that of the set (:mod:`.electrolytes`); its numbers are among the entries.
    potential
        Table of a cathode's potential in the place of the law.
    """

    name: str
    title: str
    entries: Mapping[str, Entry]
    classes: int
    kind: str = "carbon"
    ageing: str = ""
    law: str = DEFAULT_ADSORPTION
    electrolyte: "Electrolyte | None" = None
    potential: PotentialTable | None = None

    def __repr__(self) -> str:
        return named_repr(self, self.name, self.kind, counted(len(self.entries), "number"))

    @property
    def is_open(self) -> bool:
        """Whether it is a template without a potential."""
        return self.potential is not None and not self.potential.content

    @property
    def numbers(self) -> dict[str, float]:
        """Values by name."""
        return {name: entry.value for name, entry in self.entries.items()}

    @property
    def electrolyte_functions(self) -> dict[str, Any]:
        """Functions of another electrolyte, as PyBaMM parameters."""
        return {} if self.electrolyte is None else self.electrolyte.functions

    @property
    def sha256(self) -> str:
        """Hash of the numbers, for results that must name what they were made with."""
        named = [self.ageing] if self.ageing else []
        if self.law != DEFAULT_ADSORPTION:
            named.append(self.law)
        if self.electrolyte_functions:
            named.append(repr(self.electrolyte_functions))
        if self.potential is not None:
            named.append(repr((self.potential.content, self.potential.potential_V)))
        text = json.dumps([self.classes, sorted(self.numbers.items()), *named])
        return hashlib.sha256(text.encode()).hexdigest()
