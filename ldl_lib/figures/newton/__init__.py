"""Figures of appendix E: Newton–Raphson against gradient descent."""
