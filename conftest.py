from importlib.util import find_spec

# The folders below are collected as napore.models and so on, through the links in napore/.
collect_ignore = ["models", "parameters", "experiments", "validation", "build"]
if find_spec("pybop") is None:
    collect_ignore += ["napore/calibration/pybop_simulator.py"]
