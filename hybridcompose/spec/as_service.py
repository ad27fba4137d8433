"""Jobs as services: what runs a job reads the same keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hybridcompose.spec.service import Service

if TYPE_CHECKING:
    from hybridcompose.spec.container import ContainerSpec
    from hybridcompose.spec.job import Job


def as_service(element: ContainerSpec, **changes: object) -> Service:
    """The keys of a job or a hook as those of a service, which has all of them; ``changes`` win."""
    given = element.model_fields_set & Service.model_fields.keys()
    values = {name: getattr(element, name) for name in given} | changes
    return Service.model_construct(_fields_set=set(values), **values)


def job_as_service(job: Job) -> Service:
    """A job: as under `docker compose run`, it answers to no name of a network."""
    return as_service(job, networks=dict.fromkeys(job.networks))
