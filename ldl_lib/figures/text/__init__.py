"""Figures of chapter 11: text, one letter at a time."""
