"""Helper library of the interactive companion to *Learning Deep Learning*."""

__version__ = "0.1.0"
