import argparse

import torch


def train(args):
    model = torch.nn.Linear(3, 1)  # cause: LS104 torch
    torch.save(model.state_dict(), args.out)


def evaluate(args):
    print(torch.load(args.out))


def build_parser():
    parser = argparse.ArgumentParser()
    sub = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--out", default="model.pt")
    common.add_argument("--seed", type=int, default=7)
    t = sub.add_parser("train", parents=[common])
    t.set_defaults(run=train)
    e = sub.add_parser("evaluate", parents=[common])
    e.set_defaults(run=evaluate)
    return parser


def main(argv=None):
    args = build_parser().parse_args(argv)
    args.run(args)


if __name__ == "__main__":
    main()
