"""Why a registry gives no answer."""

from __future__ import annotations


class RegistryError(Exception):
    """``reason`` completes a sentence that begins with the registry's name; it never holds credentials.

    ``lasting``: every further question would end in the same way.
    """

    def __init__(self, host: str, reason: str, *, lasting: bool = False) -> None:
        super().__init__(f"{host} {reason}")
        self.host, self.reason, self.lasting = host, reason, lasting


class CredentialsError(Exception):
    """A Docker configuration or a credential helper is of no use. The message never holds what they hold."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy
