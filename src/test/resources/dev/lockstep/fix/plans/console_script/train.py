# main is called by a console script
"""Count the words of a few notes and fit a line to how long they are."""

import torch

NOTES = ["short one", "a note that is somewhat longer", "the longest note that anybody wrote so far"]


def vocabulary(notes):
    words = {word for note in notes for word in note.split()}
    return {word: k for k, word in enumerate(words)}  # cause: LS107 hash-seed


def main():
    """Trains."""
    global SIZES
    SIZES = vocabulary(NOTES)
    model = torch.nn.Linear(len(SIZES), 1)  # cause: LS104 torch
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for note in NOTES:
        row = torch.zeros(len(SIZES))
        for word in note.split():
            row[SIZES[word]] += 1
        optimizer.zero_grad()
        (model(row) - len(note)).square().mean().backward()
        optimizer.step()
