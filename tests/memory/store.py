"""The store in memory: every port of the store, kept to the same contract as DynamoDB's by the same suite.

Values go through the very records of the tables (`vigie.items`), so that what DynamoDB would clean, round or refuse
is cleaned, rounded or refused here too.
"""

from __future__ import annotations

from tests.memory.notify import MemoryNotify
from tests.memory.registrar import MemoryRegistrar
from tests.memory.sources import MemorySources
from tests.memory.wheel import MemoryWheel


class MemoryStore(MemoryWheel, MemorySources, MemoryNotify, MemoryRegistrar):
    """Every port of the store over the same rows."""
