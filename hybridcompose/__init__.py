"""Runs compose files on Kubernetes."""
