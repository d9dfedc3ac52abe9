"""Benign things: what parcels and bags are full of."""
