"""Labelled X-ray scans that are drawn, not taken: shapes are packed, X-rays are cast, a scanner is simulated."""
