"""Figures of appendix B: detection and segmentation."""
