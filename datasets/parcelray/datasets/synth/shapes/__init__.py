"""Drawings of things: what is looked for, and what it lies among."""
