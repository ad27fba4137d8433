"""Every command has said what it asks of a cluster."""

from __future__ import annotations

from hybridcompose.cli.app import COMMANDS
from hybridcompose.cluster import permissions

#: Commands that speak to no cluster.
WITHOUT = {"render", "config", "explain", "rbac"}


def test_every_command_that_speaks_to_a_cluster_has_its_permissions() -> None:
    assert COMMANDS.keys() - WITHOUT == permissions.COMMANDS.keys() & COMMANDS.keys()


def test_what_a_smaller_project_needs_is_a_part_of_what_any_needs() -> None:
    small = permissions.Circumstances(kinds=("Pod", "Service"), own=False, streamed=False)
    for name in permissions.COMMANDS:
        every = set(permissions.needed([name], permissions.Circumstances()))
        assert every.issuperset(permissions.needed([name], small)), name
