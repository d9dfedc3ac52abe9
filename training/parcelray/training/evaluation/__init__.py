"""How well a model does on labelled scans, and how that is told. Runs where torch is not installed."""
