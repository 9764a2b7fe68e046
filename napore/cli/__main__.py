"""``python -m napore.cli``, the same as the command ``napore``."""

from . import main

if __name__ == "__main__":
    main()
