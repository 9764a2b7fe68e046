"""What the paper says, as claims with one check each, and problems with known answers.

``claims.py`` judges, ``checks.py`` has a simulation and a tolerance for each claim, ``bench.py`` what several
claims share, ``report.py`` the report; ``verification/`` holds problems with known answers. Everything but
commands and the page may be imported. The next claim is an entry in
``parameters/data/gu2025_reported.toml`` and a :class:`.checks.Check` (``docs/howto/maintain.md``).
"""
