"""Retraining: confirmed scans in, a candidate for the champion's place out."""
