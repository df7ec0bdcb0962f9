"""Fashion-style classifier on scikit-learn's digits: `python -m multi_module --epochs 3`."""
