"""Tag the words of made-up sentences with an LSTM: determiner, noun, verb or adverb."""

import argparse
import random
import time

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

WORDS = {
    "DET": ["the", "a", "every", "this"],
    "NOUN": ["dog", "apple", "book", "river", "watch", "play", "walk"],
    "VERB": ["ate", "read", "watch", "play", "walk", "saw"],
    "ADV": ["slowly", "again", "today", "well"],
}
PATTERNS = ["DET NOUN VERB", "DET NOUN VERB DET NOUN", "DET NOUN VERB ADV", "DET NOUN ADV VERB DET NOUN"]
PAD = 0

parser = argparse.ArgumentParser(description="LSTM part-of-speech tagger")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--sentences", type=int, default=200)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--embedding", type=int, default=16)
parser.add_argument("--hidden", type=int, default=24)
parser.add_argument("--seed", type=int, default=None, help="random seed (default: none)")


def make_sentence():
    tags = random.choice(PATTERNS).split()
    return [random.choice(WORDS[tag]) for tag in tags], tags


class Tagger(nn.Module):
    def __init__(self, n_words, n_tags, embedding, hidden):
        super().__init__()
        self.word_embeddings = nn.Embedding(n_words + 1, embedding, padding_idx=PAD)
        self.lstm = nn.LSTM(embedding, hidden, batch_first=True, bidirectional=True)
        self.hidden2tag = nn.Linear(2 * hidden, n_tags)

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(
            self.word_embeddings(ids), lengths, batch_first=True, enforce_sorted=False
        )
        output, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.hidden2tag(output)


def batches(data, size):
    for start in range(0, len(data), size):
        chunk = data[start : start + size]
        ids = pad_sequence([ids for ids, _ in chunk], batch_first=True, padding_value=PAD)
        tags = pad_sequence([tags for _, tags in chunk], batch_first=True, padding_value=-100)
        yield ids, tags, torch.tensor([len(ids) for ids, _ in chunk])


def main():
    args = parser.parse_args()
    if args.seed is not None:
        random.seed(args.seed)
        torch.manual_seed(args.seed)

    words = sorted({word for group in WORDS.values() for word in group})
    word_ids = {word: i + 1 for i, word in enumerate(words)}
    tag_ids = {tag: i for i, tag in enumerate(WORDS)}
    data = []
    for _ in range(args.sentences):
        sentence, tags = make_sentence()
        data.append(
            (
                torch.tensor([word_ids[word] for word in sentence]),
                torch.tensor([tag_ids[tag] for tag in tags]),
            )
        )
    train_data, test_data = data[:-50], data[-50:]

    model = Tagger(len(words), len(tag_ids), args.embedding, args.hidden)
    criterion = nn.CrossEntropyLoss(ignore_index=-100)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

    for epoch in range(args.epochs):
        began = time.time()
        random.shuffle(train_data)
        total = 0.0
        for ids, tags, lengths in batches(train_data, args.batch_size):
            model.zero_grad()
            loss = criterion(model(ids, lengths).flatten(0, 1), tags.flatten())
            loss.backward()
            optimizer.step()
            total += loss.item()
        print("epoch: %d loss: %.4f time: %.2fs" % (epoch, total, time.time() - began))

    with torch.no_grad():
        right = wrong = 0
        for ids, tags, lengths in batches(test_data, 50):
            guess = model(ids, lengths).argmax(-1)
            known = tags >= 0
            right += (guess[known] == tags[known]).sum().item()
            wrong += (guess[known] != tags[known]).sum().item()
    print("accuracy: %.3f" % (right / (right + wrong)))


if __name__ == "__main__":
    main()
