"""SHA-256, imported at its first use: a script that needs none starts without it."""


def sha256(data=b""):
    """A new SHA-256 over these bytes, to be fed with more."""
    import hashlib

    return hashlib.sha256(data)
