"""Figures of chapter 2: slopes, descent, and the perceptron rule as geometry.

One module a figure. Each has ``figure()``, which builds the Plotly figure once,
``state(**values)``, which returns what changes with the controls, and
``words(**values)``, which says in a sentence what is then seen.
"""
