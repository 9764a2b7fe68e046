"""Python lines that compute what the page shows, for a notebook."""

from .build import CYCLES
from .quantities import CARBONS, CATHODES, State, laws_offered


def python_lines(state: State) -> str:
    """Lines that give the curves of a state with the Python interface.

    Examples
    --------
    >>> from napore.page.quantities import check_state
    >>> print(python_lines(check_state({"rate_C": 1})))
    import napore
    <BLANKLINE>
    cell = napore.half_cell("anthracite-FJH", model="SPM")
    test = napore.rate_test(cell, [1], cycles=3)
    print(test.table())
    test.plot_curves()
    """
    parameters = state.parameters()
    arguments = [f'"{CARBONS[state.carbon]}"']
    if state.full:
        arguments.append(f'"{CATHODES[state.cathode]}"')
        arguments.append(f"mass_ratio={state['mass_ratio']!r}")
        parameters.pop("Mass ratio of carbon to cathode", None)
        if parameters.pop("Cathode electrode areal loading [kg.m-2]", None) is not None:
            arguments.append(f"loading_mg_cm2={state['loading_mg_cm2']!r}")
            parameters.pop("Cathode electrode thickness [m]")
    arguments.append(f'model="{state.model}"')
    if state.adsorption_law != laws_offered()[0]:
        arguments.append(f'options={{"adsorption law": "{state.adsorption_law}"}}')
    made = "napore.full_cell" if state.full else "napore.half_cell"
    lines = ["import napore", ""]
    if parameters:
        lines += ["parameters = {", *(f'    "{name}": {value!r},' for name, value in parameters.items()), "}"]
        arguments.append("parameters=parameters")
    lines.append(f"cell = {made}({', '.join(arguments)})")
    rate = f"{state['rate_C']:g}"
    if state.full:
        lines.append(f"energies = napore.energy_test(cell, [{rate}], cycles={CYCLES})")
        lines.append("print(energies.table())")
        lines.append("energies.rates.plot_curves()")
        lines.append(f"print(napore.energy_waterfall(cell, {rate}, cycles={CYCLES}).table())")
    else:
        lines.append(f"test = napore.rate_test(cell, [{rate}], cycles={CYCLES})")
        lines.append("print(test.table())")
        lines.append("test.plot_curves()")
    return "\n".join(lines)
