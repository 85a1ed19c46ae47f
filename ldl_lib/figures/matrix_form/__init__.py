"""Figures of appendix F: a layer as matrices, and what that does to speed."""
