"""Author's tools: execute, check and build the book."""
