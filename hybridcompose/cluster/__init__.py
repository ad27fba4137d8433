"""The cluster: the only room that imports the Kubernetes client.

``observe`` turns what the API server tells into frozen values, ``decide`` turns a plan and those values into steps,
``execute`` takes the steps. Only ``api`` knows the client.
"""
