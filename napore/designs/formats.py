"""Formats of cells, from stack to cylinder: coatings, electrolyte and casing become a cell."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from napore.experiments.masses import MASS_NUMBERS
from napore.parameters.provenance import Entry, ParameterFileError, nearest, read_entries, read_header
from napore.parameters.schema import check, shown

from .checks import DesignError
from .geometry import FORMATS, Layers
from .packaged import ITEMS, Item, PackagedCell
from .prices import Prices

_FOLDER: Final = Path(__file__).parent / "data" / "formats"
_SIDES: Final = {"Negative": ("anode", "carbon"), "Positive": ("cathode", "cathode")}
_SOLID: Final = "electrode active material volume fraction"


@dataclass(frozen=True)
class CellFormat:
    """A format of cells with its numbers.

    Parameters
    ----------
    name
        ``"stack"``, ``"coin"``, ``"pouch"`` or ``"cylinder"``.
    entries
        Its numbers with class, source and range.

    Examples
    --------
    >>> CellFormat.of("pouch").numbers["Cathode sheets"]
    10.0
    >>> CellFormat.of("pouch", {"Cathode sheets": 24}).numbers["Cathode sheets"]
    24.0
    """

    name: str
    entries: Mapping[str, Entry]

    @classmethod
    def of(
        cls,
        format: "str | Path | CellFormat",
        numbers: Mapping[str, float] | None = None,
        *,
        allow_unusual: bool = False,
    ) -> "CellFormat":
        """A format by its name or from a file of the user's own, with other numbers.

        A file has ``format = "pouch"`` or another name in its table ``[set]``, and numbers like a
        parameter file; those that it lacks are the shipped ones.

        Raises
        ------
        DesignError, ParameterFileError
            For an unknown format or number, and a value that it cannot have.
        """
        found = format if isinstance(format, CellFormat) else cls._read(format)
        changed = dict(found.entries)
        for name, value in (numbers or {}).items():
            if name not in changed:
                raise DesignError(f"a {found.name} has no {name!r}{nearest(name, changed)}")
            checked = check(name, value, allow_unusual=allow_unusual, error=DesignError)
            changed[name] = Entry(name, checked, "setting", "given by the user")
        return cls(found.name, changed)

    @classmethod
    def _read(cls, format: str | Path) -> "CellFormat":
        if str(format) in FORMATS:
            return cls(str(format), read_entries(_FOLDER / f"{format}.toml"))
        path = Path(format)
        if not path.is_file():
            known = ", ".join(FORMATS)
            raise DesignError(f"{str(format)!r} is no format of a cell and no file: choose from {known}")
        name = read_header(path).get("format")
        if not isinstance(name, str) or name not in FORMATS:
            raise ParameterFileError(
                f"{path.name}: format in [set] is {shown(name)}; choose from {', '.join(FORMATS)}"
            )
        shipped, own = read_entries(_FOLDER / f"{name}.toml"), read_entries(path)
        for unknown in own.keys() - shipped.keys():
            raise ParameterFileError(f"{path.name}: a {name} has no {unknown!r}{nearest(unknown, shipped)}")
        return cls(name, {**shipped, **own})

    @property
    def numbers(self) -> dict[str, float]:
        """Values by name."""
        return {name: float(entry.value) for name, entry in self.entries.items()}

    def package(
        self,
        numbers: Mapping[str, float],
        capacity_A_h_m2: float,
        mean_voltage_V: float,
        prices: Prices | None = None,
    ) -> PackagedCell:
        """A cell of this format with given coatings.

        Parameters
        ----------
        numbers
            Of the coatings, the separator, the foils and the electrolyte, by the names of
            :data:`napore.experiments.masses.MASS_NUMBERS`.
        capacity_A_h_m2, mean_voltage_V
            Of a discharge, per area over which the coatings face one another.
        prices
            Of the items.

        Raises
        ------
        DesignError
            Where the parts do not fit into the case, or the tabs weigh more than the rest of the cell.
        """
        missing = [name for name in MASS_NUMBERS if name not in numbers]
        if missing:
            raise DesignError(f"a cell needs {missing[0]!r}")
        own = self.numbers
        layers = _layers(numbers)
        geometry = FORMATS[self.name](own, layers)
        items = _layer_items(numbers, layers, asdict(geometry))
        pores = _pores(numbers, geometry.anode_m2, geometry.cathode_m2, geometry.separator_m2)
        electrolyte = own.get("Electrolyte volume [m3]", pores * (1.0 + own.get("Electrolyte excess", 0.0)))
        if electrolyte < pores * (1.0 - 1e-9):
            raise DesignError(
                f"'Electrolyte volume [m3]' is {electrolyte:.3g}, less than the {pores:.3g} m3 that "
                "the pores of coatings and separator hold: give more"
            )
        density = numbers["Electrolyte density [kg.m-3]"]
        items.append(Item("electrolyte", electrolyte * density, electrolyte))
        items += [Item(name, mass, volume) for name, (mass, volume) in geometry.casing.items()]
        self._check_tabs(items)
        free = geometry.volume_m3 - sum(item.volume_m3 for item in items)
        if free < -1e-9 * geometry.volume_m3:
            raise DesignError(
                f"the parts of the {self.name} take {-1e6 * free:.3g} mL more than its "
                f"{1e6 * geometry.volume_m3:.4g} mL: give less electrolyte, or a larger case"
            )
        capacity = capacity_A_h_m2 * geometry.active_m2
        priced = [replace(item, cost=prices.of(item)) for item in items] if prices else items
        return PackagedCell(
            format=self.name,
            items=tuple(sorted(priced, key=lambda item: ITEMS.index(item.name))),
            capacity_A_h=capacity,
            energy_W_h=capacity * mean_voltage_V,
            volume_m3=geometry.volume_m3,
            free_m3=max(free, 0.0),
            electrolyte_g_A_h=1e3 * electrolyte * density / capacity,
            currency=prices.currency if prices else "",
            unpriced=tuple(item.name for item in priced if prices and item.cost is None),
        )

    def _check_tabs(self, items: Iterable[Item]) -> None:
        masses = {item.name: item.mass_kg for item in items}
        tabs = masses.pop("tabs", 0.0)
        if tabs > sum(masses.values()):
            raise DesignError(
                f"'Tabs mass [kg]' is {tabs:g}, more than the {sum(masses.values()):.3g} kg of all else in "
                f"the {self.name}: give less"
            )


def _layers(numbers: Mapping[str, float]) -> Layers:
    return Layers(
        anode=numbers["Negative electrode thickness [m]"],
        cathode=numbers["Positive electrode thickness [m]"],
        separator=numbers["Separator thickness [m]"],
        anode_foil=numbers["Negative current collector thickness [m]"],
        cathode_foil=numbers["Positive current collector thickness [m]"],
    )


def _layer_items(numbers: Mapping[str, float], layers: Layers, areas: Mapping[str, Any]) -> list[Item]:
    items = []
    for side, (part, material) in _SIDES.items():
        area, foil_area = areas[f"{part}_m2"], areas[f"{part}_foil_m2"]
        thickness, solid = numbers[f"{side} electrode thickness [m]"], numbers[f"{side} {_SOLID}"]
        rest = max(1.0 - numbers[f"{side} electrode porosity"] - solid, 0.0) * thickness * area
        loading = numbers[f"{side} electrode areal loading [kg.m-2]"]
        foil = foil_area * numbers[f"{side} current collector thickness [m]"]
        items += [
            Item(material, loading * area, solid * thickness * area, area),
            Item(
                f"{part} binder and conductor",
                rest * numbers[f"{side} electrode inactive density [kg.m-3]"],
                rest,
                area,
            ),
            Item(
                f"{part} foil", foil * numbers[f"{side} current collector density [kg.m-3]"], foil, foil_area
            ),
        ]
    area = areas["separator_m2"]
    solid = area * layers.separator * (1.0 - numbers["Separator porosity"])
    items.append(Item("separator", solid * numbers["Separator density [kg.m-3]"], solid, area))
    return items


def _pores(numbers: Mapping[str, float], anode_m2: float, cathode_m2: float, separator_m2: float) -> float:
    """Volume of the pores of both coatings and the separator [m3]."""
    return (
        anode_m2 * numbers["Negative electrode thickness [m]"] * numbers["Negative electrode porosity"]
        + cathode_m2 * numbers["Positive electrode thickness [m]"] * numbers["Positive electrode porosity"]
        + separator_m2 * numbers["Separator thickness [m]"] * numbers["Separator porosity"]
    )
