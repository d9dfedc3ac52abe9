"""The gate: whether a candidate may take the champion's place, by the same frozen test scans, with reasons."""
