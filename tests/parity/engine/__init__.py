"""A Docker engine for the tests: ``python -m tests.parity.engine up``.

Like the rig's node it is a set of namespaces (processes, mounts, network) that one first process holds open: its
bridges, firewall rules, published ports and overlays never meet those of the machine or of a rig, and end with it.
"""
