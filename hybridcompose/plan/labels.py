"""The labels that objects are found by: what `translate` writes and the cluster is asked for."""

PROJECT = "hybridcompose.io/project"
SERVICE = "hybridcompose.io/service"
#: On pods that serve the project without being a service of it.
ROLE = "hybridcompose.io/role"
#: On namespaces of our own and on every object; the value is ``hybridcompose``.
MANAGED_BY = "app.kubernetes.io/managed-by"
OWNER = "hybridcompose"
#: An annotation of pods that hold several services: the service label of each container, as JSON.
CONTAINERS = "hybridcompose.io/containers"
#: An annotation of pods: a JSON list of the paths in the service's container that are results; in a pod of several
#: services such a list for each container.
ARTEFACTS = "hybridcompose.io/artefacts"
#: The container of a pod through which results are fetched when the service's own has ended. In a pod of several
#: services each has one, with the name of its container behind a dash.
COLLECTOR = "hybridcompose-artefacts"
#: An annotation of pods: the seconds in which failed checks do not count, of each container that says so, as JSON.
START_PERIODS = "hybridcompose.io/start-periods"
#: An annotation of a namespace of our own: when its time is over (RFC 3339).
EXPIRES = "hybridcompose.io/expires"
#: On what remembers a service that was stopped.
STOPPED = "hybridcompose.io/stopped"
#: On pods that `run` started: the label of the service or job that they were made from.
ONE_OFF = "hybridcompose.io/one-off"
