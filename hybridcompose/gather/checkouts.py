"""The checkouts of all build contexts of a project."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from hybridcompose.gather.checkout import NoCheckoutError, read_checkout
from hybridcompose.gather.facts import Checkout

if TYPE_CHECKING:
    from hybridcompose.gather.contents import Contents
    from hybridcompose.gather.facts import BuildFacts, Facts


def with_checkouts(facts: Facts) -> Facts:
    """The facts, with the checkout that each build context lies in, or why there is none."""
    known: dict[Contents, Checkout | str] = {}
    return facts._replace(builds={name: _with_checkout(build, known) for name, build in facts.builds.items()})


def _with_checkout(facts: BuildFacts, known: dict[Contents, Checkout | str]) -> BuildFacts:
    contexts = {name: _with_checkout(build, known) for name, build in facts.contexts.items()}
    facts = facts._replace(contexts=contexts)
    if facts.remote or facts.source is None:
        return facts
    if facts.source not in known:
        known[facts.source] = _read(facts.source)
    found = known[facts.source]
    digest = facts.digest
    if isinstance(found, Checkout) and found.changed:
        # What is built is the commit's: the tag of what lies here must not stand for it.
        digest = hashlib.sha256(json.dumps([digest, found.commit]).encode()).hexdigest()
    return facts._replace(checkout=found, digest=digest)


def _read(contents: Contents) -> Checkout | str:
    try:
        return read_checkout(contents.directory, contents.rules)
    except NoCheckoutError as error:
        return str(error)
