"""``napore validate``: every id once, one verdict each, and exit statuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from napore.cli import main
from napore.parameters.reported import reported
from napore.validation.checks import CHECKS
from napore.validation.claims import VERDICTS, UnknownClaimError, claim_ids, validate

KEYS = {
    "id",
    "quantity",
    "unit",
    "role",
    "reported",
    "simulated",
    "deviation",
    "tolerance",
    "verdict",
    "reason",
    "reading",
    "simulated_on_coatings",
}


def test_checks_are_of_reported_claims() -> None:
    assert set(CHECKS) <= {row.id for row in reported()}


def test_every_check_has_a_reason_and_numbers_have_a_tolerance() -> None:
    rows = {row.id: row for row in reported()}
    for name, check in CHECKS.items():
        assert check.reason
        if check.tolerance is None:
            assert rows[name].value in (True, None), name


def test_json_of_claims_that_nothing_simulates(tmp_path: Path) -> None:
    file = tmp_path / "claims.json"
    result = CliRunner().invoke(main, ["validate", "--only", "S", "--model", "SPM", "--json", str(file)])
    assert result.exit_code == 0, result.output
    content = json.loads(file.read_text("utf-8"))
    assert {"napore", "pybamm", "model", "parameters_sha256", "claims"} <= set(content)
    assert [claim["id"] for claim in content["claims"]] == list(claim_ids("S"))
    for claim in content["claims"]:
        assert set(claim) == KEYS
        assert claim["verdict"] in VERDICTS


def test_an_unknown_prefix_is_one_sentence_and_status_1() -> None:
    result = CliRunner().invoke(main, ["validate", "--only", "Z"])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "'Z'" in result.stderr
    with pytest.raises(UnknownClaimError):
        claim_ids("Z")


def test_a_simulated_claim_has_number_deviation_and_verdict() -> None:
    (claim,) = validate("H01.fjh", model="SPM").claims
    assert claim.role == "fit"
    assert isinstance(claim.simulated, float)
    assert claim.deviation is not None
    assert claim.deviation == pytest.approx(claim.simulated / 341.0 - 1.0)
    assert claim.verdict == ("met" if abs(claim.deviation) <= 0.01 else "unmet")
