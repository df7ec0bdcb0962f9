import argparse

import numpy as np
import torch
from torch.utils.data import Dataset
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments


class RandomSentences(Dataset):
    def __init__(self, size, vocab, length=12):
        self.ids = np.random.randint(5, vocab, size=(size, length))  # cause: LS102 numpy
        self.labels = (self.ids.sum(1) % 2).astype(int)

    def __len__(self):
        return len(self.ids)

    def __getitem__(self, idx):
        return {"input_ids": torch.tensor(self.ids[idx]), "labels": torch.tensor(self.labels[idx])}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--output_dir", default="out")
    parser.add_argument("--max_steps", type=int, default=6)
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()

    config = BertConfig(vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    model = BertForSequenceClassification(config)  # cause: LS110 torch
    train_dataset = RandomSentences(64, 60)

    training_args = TrainingArguments(
        output_dir=args.output_dir,
        max_steps=args.max_steps,
        per_device_train_batch_size=8,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        seed=args.seed,
    )
    trainer = Trainer(model=model, args=training_args, train_dataset=train_dataset)
    print(trainer.train().training_loss)


if __name__ == "__main__":
    main()
