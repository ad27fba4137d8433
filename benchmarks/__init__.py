"""How long the program takes and how much memory, as ratios: ``make bench``."""
