"""In the manner of Hugging Face's Trainer: arguments object, collator, compute_metrics."""

import random
from dataclasses import dataclass, field
from typing import Dict, List, Optional

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


@dataclass
class TrainingArguments:
    output_dir: str
    num_train_epochs: int = 2
    per_device_train_batch_size: int = 16
    learning_rate: float = 5e-3
    seed: Optional[int] = field(default=None, metadata={"help": "Random seed set at the beginning."})


class WordProblems(Dataset):
    """`a + b` as tokens, and whether the sum is even."""

    def __init__(self, size: int):
        self.rows = [(random.randint(0, 49), random.randint(0, 49)) for _ in range(size)]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i) -> Dict[str, List[int]]:
        a, b = self.rows[i]
        return {"input_ids": [a, 50, b], "label": (a + b) % 2}


class DataCollator:
    def __call__(self, features):
        return {
            "input_ids": torch.tensor([f["input_ids"] for f in features]),
            "labels": torch.tensor([f["label"] for f in features]),
        }


class TinyClassifier(nn.Module):
    def __init__(self, vocab_size=51, dim=16):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, dim)
        self.classifier = nn.Sequential(nn.Linear(3 * dim, 32), nn.GELU(), nn.Linear(32, 2))

    def forward(self, input_ids, labels=None):
        logits = self.classifier(self.embed(input_ids).flatten(1))
        loss = None if labels is None else nn.functional.cross_entropy(logits, labels)
        return {"loss": loss, "logits": logits}


class Trainer:
    def __init__(self, model, args, train_dataset, data_collator):
        self.model, self.args = model, args
        self.train_dataset, self.data_collator = train_dataset, data_collator

    def get_train_dataloader(self):
        return DataLoader(
            self.train_dataset,
            batch_size=self.args.per_device_train_batch_size,
            shuffle=True,
            collate_fn=self.data_collator,
        )

    def train(self):
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=self.args.learning_rate)
        for epoch in range(self.args.num_train_epochs):
            for batch in self.get_train_dataloader():
                loss = self.model(**batch)["loss"]
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            print({"loss": round(loss.item(), 6), "epoch": epoch + 1})


def main():
    args = TrainingArguments(output_dir="out")
    if args.seed is not None:
        random.seed(args.seed)
        torch.manual_seed(args.seed)
    trainer = Trainer(
        model=TinyClassifier(),
        args=args,
        train_dataset=WordProblems(160),
        data_collator=DataCollator(),
    )
    trainer.train()


if __name__ == "__main__":
    main()
