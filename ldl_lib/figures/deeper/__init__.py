"""Figures of chapter 8: deep convolutional networks, and how they are trained."""
