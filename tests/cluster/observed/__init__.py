"""What programs observe in pods, held against what the same compose files showed under Docker."""
