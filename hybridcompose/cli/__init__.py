"""The command line. ``run`` is the border; ``app`` the global options; then one module per command."""
