"""Figures of chapter 6: output units, softmax, regularisation, dropout."""
