"""What flows between a container and the user."""
