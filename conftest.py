# The folders below are collected as napore.models and so on, through the links in napore/.
collect_ignore = ["models", "parameters", "experiments", "validation", "build"]
