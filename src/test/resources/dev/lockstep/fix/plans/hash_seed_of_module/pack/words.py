def ids():
    found = {}
    for word in frozenset("ab cd ef".split()):  # cause: LS107 hash-seed
        found[word] = hash(word) % 5
    return found
