"""Keeps something of ours with an object of theirs: by identity, without touching it or keeping it alive."""

import weakref


class Attached:
    """A map from living objects to values; an entry goes with its object."""

    def __init__(self):
        self._entries = {}

    def get(self, owner, default=None):
        entry = self._entries.get(id(owner))
        return entry[1] if entry is not None and entry[0]() is owner else default

    def put(self, owner, value):
        key = id(owner)
        entries = self._entries

        def gone(reference):
            entry = entries.get(key)
            if entry is not None and entry[0] is reference:
                del entries[key]

        entries[key] = (weakref.ref(owner, gone), value)

    def items(self):
        """The living objects with their values, in the order in which they were put."""
        for reference, value in list(self._entries.values()):
            owner = reference()
            if owner is not None:
                yield owner, value
