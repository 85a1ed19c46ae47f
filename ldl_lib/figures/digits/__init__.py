"""Figures of chapter 4: ten digits, honest splits, and a network that reads them.

One module a figure. Each has ``figure()``, which builds the Plotly figure once,
``state(**values)``, which returns what changes with the controls, and
``words(**values)``, which says in a sentence what is then seen.
"""
