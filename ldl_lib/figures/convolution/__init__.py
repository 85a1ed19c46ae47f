"""Figures of chapter 7: convolution, shapes and counts, pooling, feature maps."""
