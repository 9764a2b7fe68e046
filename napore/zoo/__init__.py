"""Models of napore for PyBaMM's model zoo (the package pybamm-model-zoo).

The zoo finds this folder by the entry point ``pybamm_zoo_models``. It holds one folder per model, as the zoo
asks of an external collection: a manifest ``model.toml``, ``README.md``, ``CITATION.bib``, ``examples/`` and
``tests/``. The format and the checks are those of pybamm-model-zoo 0.1.1: its README, and its module
``testing.contract``, whose checks of scope "model" our tests run. The zoo reads manifests without importing
the model; napore does not need the zoo.
"""
