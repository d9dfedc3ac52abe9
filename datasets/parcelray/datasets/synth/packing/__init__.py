"""Putting things into parcels, and parcels onto the belt."""
