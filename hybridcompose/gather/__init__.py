"""Everything outside the compose files that a translation needs, read once into frozen values."""
