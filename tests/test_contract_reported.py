"""Each number of the paper has one id and one role, and only fit rows reach calibration."""

from dataclasses import FrozenInstanceError, replace

import pytest

from napore.parameters import reported as module
from napore.parameters.reported import Reported, fit_targets, reported

IDS_OF_ROLE = {
    "input": (
        "H02.fjh H02.tf K01.fjh K01.tf K02.fjh K02.tf F01 "
        "S01.fjh S01.tf S02.fjh S02.tf S03.fjh S03.tf S04.fjh S04.tf"
    ),
    "fit": ("H01.fjh H01.tf H03 H04.fjh H04.tf H05.fjh H06.fjh H07 H08 H10.tf K03.fjh K03.tf K06.tf F06 S09"),
    "predict": "K04.fjh K04.tf F02 F03 F04 F05",
    "shape": ("H05.tf H06.tf H09 H10.fjh H11 K05 K06.fjh S05.fjh S05.tf S06 S07 S08"),
    "literature": "L01 L02",
}
IDS = {role: ids.split() for role, ids in IDS_OF_ROLE.items()}
ROWS = {row.id: row for row in reported()}


def test_each_id_once() -> None:
    listed = sorted(i for ids in IDS.values() for i in ids)
    assert sorted(row.id for row in reported()) == listed


@pytest.mark.parametrize("role", IDS)
def test_role_of_each_id(role: str) -> None:
    assert {row.id for row in reported() if row.role == role} == set(IDS[role])


def test_calibration_is_given_fit_rows_only() -> None:
    given = fit_targets()
    assert {row.role for row in given} == {"fit"}
    assert {row.id for row in given} == set(IDS["fit"])


def test_no_quantity_of_one_sample_is_both_fitted_and_predicted() -> None:
    fitted = {(row.quantity, row.sample) for row in fit_targets()}
    predicted = {(row.quantity, row.sample) for row in reported() if row.role == "predict"}
    assert not fitted & predicted


def test_calibration_cannot_be_given_another_role(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = reported()
    monkeypatch.setattr(module, "reported", lambda: (*rows, replace(ROWS["F02"], id="F99"), ROWS["S01.tf"]))
    assert fit_targets() == tuple(row for row in rows if row.role == "fit")


@pytest.mark.parametrize("row", reported(), ids=lambda row: row.id)
def test_row_is_complete(row: Reported) -> None:
    assert row.quantity
    assert row.sample
    assert row.unit
    assert row.where.startswith(("abstract", "introduction", "section")) == (row.role != "literature")
    if row.role == "shape" or isinstance(row.value, bool):
        assert row.role in ("shape", "fit")
        assert row.value is True
        assert row.statement
    else:
        numbers = row.value is not None or row.lower is not None
        assert numbers or row.statement, "neither a number nor a statement"
    if row.role in ("fit", "predict"):
        assert row.value is not None or row.lower is not None


@pytest.mark.parametrize(("ident", "suffix"), [(row.id, row.id.partition(".")[2]) for row in reported()])
def test_suffix_names_the_sample(ident: str, suffix: str) -> None:
    if suffix:
        expected = {"fjh": "anthracite-FJH", "tf": "anthracite-TF"}[suffix]
        assert ROWS[ident].sample == expected
        assert {f"{ident[:3]}.fjh", f"{ident[:3]}.tf"} <= ROWS.keys()


def test_plateau_share_is_that_of_the_data_at_a_tenth_of_C() -> None:
    share, plateau, total = ROWS["H03"].value, ROWS["H04.fjh"].value, ROWS["H05.fjh"].lower
    assert share is not None
    assert plateau is not None
    assert total is not None
    assert share == pytest.approx(100 * plateau / total, abs=0.05)


def test_entries_are_frozen_and_checked() -> None:
    row = ROWS["H05.fjh"]
    with pytest.raises(FrozenInstanceError):
        row.role = "predict"  # type: ignore[misc]
    with pytest.raises(ValueError, match=r"H05\.fjh: lower \(400"):
        replace(row, lower=400.0)
    with pytest.raises(ValueError, match="needs both"):
        replace(row, upper=None)
    with pytest.raises(ValueError, match="role must be one of"):
        replace(row, role="guess")  # type: ignore[arg-type]
