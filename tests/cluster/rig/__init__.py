"""A Kubernetes of one node for the tests: ``python -m tests.cluster.rig up``.

The node is a set of namespaces (processes, mounts, network) that one first process holds open. Whatever is made
inside (containers, overlays, interfaces, tables of the packet filter) ends with that process, so that nothing has to be
tracked to be removed, and nothing meets a Docker engine on the same machine. Several nodes can run side by side.
"""
