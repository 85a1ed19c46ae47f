"""Figures of chapter 10 and appendix H: gated memory."""
