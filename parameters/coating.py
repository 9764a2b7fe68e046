"""Volume fractions of a porous coating from its loading and thickness."""

from typing import Any

__all__ = ["volume_fractions"]


def volume_fractions(
    electrode: str, loading: Any, density: Any, share: Any, inactive_density: Any, thickness: Any
) -> tuple[Any, Any]:
    """Volume fractions of the active material and of the pores of a coating [-].

    Parameters
    ----------
    electrode
        Name for the message of an error.
    loading
        Areal loading of active material [kg/m2].
    density, inactive_density
        Of the active material and of binder with conductive carbon [kg/m3].
    share
        Mass fraction of active material in the coating [-].
    thickness
        [m].

    Raises
    ------
    ValueError
        Where no room is left for the electrolyte.
    """
    active = loading / density / thickness
    inactive = loading * (1.0 / share - 1.0) / inactive_density / thickness
    if active + inactive >= 0.95:
        raise ValueError(
            f"{electrode}: {loading * 100:g} mg/cm2 at {density:g} kg/m3 leave a porosity of "
            f"{1 - active - inactive:.2f} in {thickness * 1e6:g} um; a porosity above 0.05 is needed: "
            "lower the loading or raise the thickness"
        )
    return active, 1.0 - active - inactive
