"""Result of a verification problem: what was found beside what must hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One number of a problem with a known answer.

    Parameters
    ----------
    problem
        What was solved, with model and law.
    quantity
        What was measured, with its unit.
    found
        The figure; the absolute value is compared.
    bar
        What it may be at most, or at least where ``at_least``.
    at_least
        Whether the bar is a lower one (orders of convergence).
    note
        Why a bar is not met, or what the figure depends on.
    """

    problem: str
    quantity: str
    found: float
    bar: float
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the bar holds; not a number never does."""
        return self.found >= self.bar if self.at_least else abs(self.found) <= self.bar


def table(findings: list[Finding]) -> str:
    """Table with a line for each finding.

    Examples
    --------
    >>> print(table([Finding("SPM", "charge [-]", 2e-12, 1e-8)]))
    met  found         bar           problem: quantity
    yes      2.00e-12  <=  1.00e-08  SPM: charge [-]
    """
    lines = ["met  found         bar           problem: quantity"]
    for f in findings:
        sign = ">=" if f.at_least else "<="
        note = f" ({f.note})" if f.note else ""
        lines.append(
            f"{'yes' if f.met else 'NO':4} {f.found: 12.2e}  {sign} {f.bar: .2e}  "
            f"{f.problem}: {f.quantity}{note}"
        )
    return "\n".join(lines)
