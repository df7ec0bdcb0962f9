"""Says what a draw feeds, by the frames it comes through, and whether the model is being evaluated at that moment."""

import sys

_DEPTH = 60
_TRANSFORMS = ("torchvision", "torchaudio", "albumentations", "imgaug", "kornia", "monai", "torchio", "imgaug2")
_ORDERING = ("shuffle", "permutation", "randperm", "permuted")
_DROPPING = (
    "dropout",
    "dropout_",
    "alpha_dropout",
    "alpha_dropout_",
    "feature_dropout",
    "feature_dropout_",
    "feature_alpha_dropout",
    "feature_alpha_dropout_",
    "native_dropout",
)
_INITIAL = ("__init__", "reset_parameters", "_reset_parameters", "init_weights", "_init_weights", "weights_init")
_SAMPLE = ("__getitem__", "__getitems__")


def _self(frame):
    if not frame.f_code.co_argcount:
        return None
    return frame.f_locals.get(frame.f_code.co_varnames[0])


def _is_a(value, module, name):
    """Whether a value is an instance of a class of torch, without importing anything."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(value, kind)


def of(frame, function=None):
    """`weights`, `order`, `split`, `dropout`, `augmentation`, `workers`, or None where that cannot be said."""
    if function is not None and function.rpartition(".")[2] in _DROPPING:
        return "dropout"
    depth = 0
    while frame is not None and depth < _DEPTH:
        name = frame.f_code.co_name
        module = frame.f_globals.get("__name__") or ""
        if module == "torch.nn.init":
            return "weights"
        if module == "torch.utils.data.sampler" or name == "__iter__" and _is_a(
            _self(frame), "torch.utils.data", "Sampler"
        ):
            return "order"
        if name == "random_split" or module == "sklearn.model_selection._split":
            return "split"
        if module == "torch.utils.data.dataloader" and name in ("__init__", "_reset"):
            return "workers"
        if module.partition(".")[0] in _TRANSFORMS or module == "torch.utils.data._utils.fetch":
            return "augmentation"
        if name in _SAMPLE and _is_a(_self(frame), "torch.utils.data", "Dataset"):
            return "augmentation"
        if name in _INITIAL:
            if _is_a(_self(frame), "torch.nn", "Module"):
                return "weights"
        if name == "apply" and module == "torch.nn.modules.module":
            return "weights"
        frame = frame.f_back
        depth += 1
    if function is not None:
        last = function.rpartition(".")[2]
        if last == "randperm":
            return "split"
        if last in _ORDERING:
            return "order"
    return None


def during(frame, fed):
    """`evaluation` when the innermost module that runs is not training or gradients are off, else None."""
    torch = sys.modules.get("torch")
    enabled = getattr(torch, "is_grad_enabled", None)
    if enabled is None or fed == "weights":
        return None
    depth = 0
    while frame is not None and depth < _DEPTH:
        if frame.f_code.co_name == "forward":
            module = _self(frame)
            if _is_a(module, "torch.nn", "Module"):
                return None if module.training and enabled() else "evaluation"
        frame = frame.f_back
        depth += 1
    return None if enabled() else "evaluation"
