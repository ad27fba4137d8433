"""The same projects under Docker Compose and in a cluster, compared."""
