"""``python -m napore.cli``, the same as the command ``napore``."""

from . import main

main()
