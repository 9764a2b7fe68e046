"""What a material is: parameter sets with the class, source and range of every number.

``half_cell.py`` and ``full_cell.py`` build the PyBaMM values of any cell from numbers; ``schema.py`` says
what a number may be; ``catalogue.py`` reads what is shipped. Imported are models, and files and results of
napore. The next carbon is its file in ``data/`` and a row in ``data/catalogue.toml``; the next parameter is a
row in ``data/schema.toml`` (``docs/howto/maintain.md``).
"""
