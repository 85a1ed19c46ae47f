"""Figures of appendix G: convolution of signals, sounds and probabilities."""
