"""Figures of chapter 3, sigmoid neurons and backpropagation: one module each."""
