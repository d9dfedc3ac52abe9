"""A scanner profile found from scans that the scanner made, without labels."""
