"""Figures of chapter 5: what makes a network learn, or keeps it from learning.

One module a figure. Each has ``figure()``, which builds the Plotly figure once,
``state(**values)``, which returns what changes with the controls, and
``words(**values)``, which says in a sentence what is then seen.
"""
