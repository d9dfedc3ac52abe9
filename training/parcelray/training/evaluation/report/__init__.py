"""An evaluation as one HTML page that explains itself: for readers who are no engineers, on screen and on paper."""
