"""Expected information of candidate experiments."""

import numpy as np
import pytest

from napore.calibration import CalibrationError, HalfCellModel, free_parameters
from napore.calibration.data import Data
from napore.calibration.information import gitt, information, rates, resistance, slow_curve
from napore.parameters.sets import load_set

SITES = "Carbon electrode adsorption capacity fraction"
EXCHANGE = "Carbon electrode reference exchange-current density [A.m-2]"


def test_each_experiment_speaks_of_what_it_measures() -> None:
    source = load_set("fjh")
    free = free_parameters(source, (SITES, EXCHANGE))
    values = {f.name: f.start for f in free}
    model = HalfCellModel(source, free)
    candidates: dict[str, Data] = {
        "rates": rates(model, values, (150.0, 1500.0)),
        "slow curve": slow_curve(model, values, 30.0),
        "GITT": gitt(model, values, pulses=4),
        "resistance": resistance(model, values, 1e-4),
    }
    found = information(model, values, candidates)
    assert set(found.ranking) == set(candidates)
    for after in found.after.values():
        assert np.all(after <= found.before * (1.0 + 1e-9))
    assert found.best_for(EXCHANGE) == "resistance"
    assert found.after["slow curve"][0] < 0.5 * found.after["rates"][0]
    sites, exchange = found.after["resistance"] / found.before
    assert sites == pytest.approx(1.0)
    assert exchange < 0.01
    known = information(model, values, candidates, known=[candidates["resistance"]])
    assert known.table().set_index("experiment").loc["resistance", EXCHANGE] == pytest.approx(
        0.5**0.5, rel=1e-3
    )
    with pytest.raises(CalibrationError, match="no candidate"):
        information(model, values, {})
