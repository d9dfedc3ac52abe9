"""A verdict of the gate as one HTML page that explains itself."""
