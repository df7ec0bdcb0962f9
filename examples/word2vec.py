"""Skip-gram word vectors with negative sampling, trained on the text of char_lm/.

    python examples/word2vec.py --dim 24
"""

import argparse
import collections
import pathlib
import re
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

CORPUS = pathlib.Path(__file__).resolve().parent / "char_lm" / "corpus.txt"


class Vocabulary:
    def __init__(self, tokens, min_count):
        counts = collections.Counter(tokens)
        kept = {token for token in tokens if counts[token] >= min_count}
        self.index = {token: i for i, token in enumerate(kept)}
        self.tokens = list(self.index)
        frequency = np.array([counts[token] for token in self.tokens], dtype=np.float64) ** 0.75
        self.noise = torch.tensor(frequency / frequency.sum())

    def __len__(self):
        return len(self.tokens)

    def encode(self, tokens):
        return [self.index[token] for token in tokens if token in self.index]


class SkipGram(nn.Module):
    def __init__(self, n_words, dim):
        super().__init__()
        self.centre = nn.Embedding(n_words, dim)
        self.context = nn.Embedding(n_words, dim)
        nn.init.uniform_(self.centre.weight, -0.5 / dim, 0.5 / dim)
        nn.init.zeros_(self.context.weight)

    def forward(self, centre, context, negatives):
        v = self.centre(centre)
        positive = (v * self.context(context)).sum(1)
        negative = torch.bmm(self.context(negatives), v.unsqueeze(2)).squeeze(2)
        return -(F.logsigmoid(positive).mean() + F.logsigmoid(-negative).sum(1).mean())


def skip_grams(ids, window):
    centres, contexts = [], []
    for offset in range(1, window + 1):
        centres += ids[:-offset] + ids[offset:]
        contexts += ids[offset:] + ids[:-offset]
    return torch.tensor(centres), torch.tensor(contexts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dim", type=int, default=16)
    parser.add_argument("--window", type=int, default=2)
    parser.add_argument("--negatives", type=int, default=5)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)

    tokens = re.findall(r"[a-z]+", CORPUS.read_text(encoding="utf-8").lower())[:20000]
    vocabulary = Vocabulary(tokens, min_count=5)
    centres, contexts = skip_grams(vocabulary.encode(tokens), args.window)
    print(f"{len(tokens)} tokens, {len(vocabulary)} words, {len(centres)} pairs")

    model = SkipGram(len(vocabulary), args.dim)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    start = time.time()
    for step in range(1, args.steps + 1):
        batch = torch.randint(0, len(centres), (args.batch_size,))
        negatives = torch.multinomial(
            vocabulary.noise, args.batch_size * args.negatives, replacement=True
        ).view(args.batch_size, args.negatives)
        loss = model(centres[batch], contexts[batch], negatives)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(f"step {step}  loss {loss.item():.4f}  {time.time() - start:.1f} s")

    vectors = F.normalize(model.centre.weight.detach(), dim=1)
    query = vocabulary.tokens[int(torch.argmax(vocabulary.noise))]
    nearest = (vectors @ vectors[vocabulary.index[query]]).topk(4).indices[1:]
    print(f"near {query!r}:", ", ".join(vocabulary.tokens[i] for i in nearest))


if __name__ == "__main__":
    main()
