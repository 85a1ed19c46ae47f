"""Figures of chapter 9, recurrent networks and time series: one module each."""
