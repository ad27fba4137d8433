"""Compose files to a ``Project``: the stages, and the notations that they read."""
