"""Tests on a real Kubernetes: the rig beside this file, or the cluster of ``HYBRIDCOMPOSE_TEST_KUBECONFIG``."""
