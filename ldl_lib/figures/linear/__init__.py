"""Figures of appendix A: linear regression, classifiers, and how to judge them."""
