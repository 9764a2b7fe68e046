"""The study of Gu et al. (2025): what the evidence in docs/ is computed, drawn and written by.

It runs from the checkout (``make study``) and is not in the wheel; nothing in napore imports it.

``NAME.py``
    A producer: ``SETS`` (what it rests on) and ``PARTS`` (what computes each part of docs/data/NAME.json).
``pages/NAME.py``
    What the page shows: ``facts`` (numbers for the template, which sees the module's public names too),
    ``said`` (what its words claim of the numbers) and ``PICTURES``.
``docs/evidence/NAME.md.j2``
    The words. Numbers come from data; a claim that the numbers do not bear out stops the rendering.
``joint_*.py``, ``carbon_fit.py``, ``full_cell_predictions.py``, ``fast_discharge.py``,
``structure_capacities.py``
    What the carbons are fitted to, the full cell under examination, and the model of structure for it.
``verdict_*.py``, ``sensitivity_command.py``
    Which uncertain input would turn which verdict.
``data.py``, ``evidence.py``, ``render.py``, ``__main__.py``
    Small files, what is stale, Jinja2, the commands.

The next page takes these three files and its name in ``evidence.PAGES``. A producer may import from napore
and from producers; what it returns holds numbers, texts, lists and dictionaries.
"""
