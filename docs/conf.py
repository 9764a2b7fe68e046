"""Documentation site: ``make docs`` builds it into build/docs, notebooks executed, warnings as errors."""

import os
import sys
from importlib.metadata import version as installed
from pathlib import Path

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from parameter_tables import write_tables  # noqa: E402 (beside this file)

project = "napore"
author = "The napore developers"
version = release = installed("napore")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",  # MathJax is shipped with the site
    "sphinx_design",
]
myst_enable_extensions = ["dollarmath", "colon_fence"]
exclude_patterns = ["generated/.gitkeep", "**.ipynb_checkpoints"]
suppress_warnings = ["mystnb.unknown_mime_type"]
nitpicky = False

myst_heading_anchors = 3
myst_links_external_new_tab = False

nb_execution_mode = os.environ.get("NAPORE_NOTEBOOKS", "force")  # "off" for a look at the pages
nb_execution_timeout = 180
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_output_stderr = "remove"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "napore"
html_show_sphinx = html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["napore.css"]

write_tables(HERE / "generated")


def setup(app):
    """Read pages in several processes: the extension that says nothing of it only names a file."""
    app.extensions["sphinx-mathjax-offline"].parallel_read_safe = True
