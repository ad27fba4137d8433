"""The use cases on a cluster: one module each. They put the parts of ``cluster`` together and decide nothing."""
