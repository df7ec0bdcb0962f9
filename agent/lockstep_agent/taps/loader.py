"""Sees the iterators over a `DataLoader` and the batches that they give, all in the process that iterates.

What tells which samples a batch holds and which worker made it is read from the iterator as it goes by; no object of
the script's is replaced, and workers fingerprint nothing.
"""

from lockstep_agent import content, identity, sites, stream, unseeded
from lockstep_agent.attached import Attached
from lockstep_agent.guard import guarded, replace
from lockstep_agent.imports import when_imported
from lockstep_agent.progress import detailed_batch, progress
from lockstep_agent.taps import process

_MOST_INDICES = 64

_loaders = Attached()
_iterators = Attached()


class _Loader:
    def __init__(self, ordinal, site):
        self.ordinal = ordinal
        self.site = site
        self.iterators = 0
        self.spawned = 0
        self.full = None
        self.length = None


class _Iterator:
    """What is known about the batches under way in one iterator."""

    def __init__(self, loader):
        self.loader = loader
        self.number = loader.iterators - 1
        self.indices = None
        self.worker = None
        self.pending = {}
        self.workers = {}
        self.arrived = {}


class _Current:
    """The loader whose iterator is being made, for the workers that are started meanwhile."""

    loader = None


def install():
    """Taps `torch.utils.data`, in the processes that iterate and in the workers."""
    when_imported("torch.utils.data.dataloader", _tap)
    when_imported("torch.utils.data._utils.worker", _tap_worker)
    when_imported("multiprocessing.spawn", _tap_spawn)


def _tap(module):
    base = module._BaseDataLoaderIter
    many = module._MultiProcessingDataLoaderIter
    replace(module.DataLoader, "__init__", _making)
    replace(module.DataLoader, "__iter__", _iterating)
    replace(base, "__init__", _beginning)
    replace(base, "__next__", _giving)
    replace(base, "_next_index", _indexing)
    replace(many, "_try_put_index", _sending)
    replace(many, "_get_data", _receiving)
    replace(many, "_process_data", _processing)


def _making(original):
    def __init__(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        _made(self)

    return __init__


@guarded
def _made(loader):
    site, _ = sites.caller()
    _loaders.put(loader, _Loader(progress.loaders, site))
    progress.loaders += 1


def _iterating(original):
    def __iter__(self):
        before = _Current.loader
        _begin(self)
        try:
            with process.inside():
                return original(self)
        finally:
            _Current.loader = before

    return __iter__


@guarded
def _begin(loader):
    known = _loaders.get(loader)
    if known is None:
        _made(loader)
        known = _loaders.get(loader)
    known.iterators += 1
    known.spawned = 0
    _Current.loader = known
    sampler = getattr(loader, "sampler", None)
    batches = getattr(loader, "batch_sampler", None)
    plain = type(batches).__name__ == "BatchSampler"
    seen = sampler if plain or batches is None else batches
    iterable = loader._dataset_kind == 1
    length = None if iterable else _length(loader.dataset)
    known.full, known.length = loader.batch_size if plain else None, length
    stream.emit(
        "loader",
        loader=known.ordinal,
        iterator=known.iterators - 1,
        batch_size=loader.batch_size if loader.batch_size is not None else getattr(batches, "batch_size", None),
        workers=loader.num_workers,
        sampler=type(seen).__qualname__,
        shuffles=shuffles(seen),
        generator=getattr(loader, "generator", None) is not None or getattr(seen, "generator", None) is not None,
        worker_init_fn=loader.worker_init_fn is not None,
        persistent_workers=bool(getattr(loader, "persistent_workers", False)),
        drop_last=bool(getattr(batches, "drop_last", loader.drop_last)),
        in_order=bool(getattr(loader, "in_order", True)),
        length=length,
        site=known.site,
    )


def shuffles(sampler):
    """Whether a sampler gives another order in each pass."""
    shuffle = getattr(sampler, "shuffle", None)
    if isinstance(shuffle, bool):
        return shuffle
    return "Random" in type(sampler).__name__


def _length(dataset):
    try:
        return len(dataset)
    except Exception:
        return None


def _beginning(original):
    def __init__(self, *arguments, **keywords):
        _attach(self)
        original(self, *arguments, **keywords)

    return __init__


@guarded
def _attach(iterator):
    if _Current.loader is not None:
        _iterators.put(iterator, _Iterator(_Current.loader))


def _indexing(original):
    def _next_index(self):
        index = original(self)
        known = _iterators.get(self)
        if known is not None:
            known.pending[getattr(self, "_send_idx", 0)] = index
        return index

    return _next_index


def _sending(original):
    def _try_put_index(self):
        sending = getattr(self, "_send_idx", 0)
        result = original(self)
        _sent(self, sending)
        return result

    return _try_put_index


@guarded
def _sent(iterator, sending):
    known = _iterators.get(iterator)
    if known is not None and iterator._send_idx > sending:
        known.workers[sending] = iterator._task_info[sending][0]


def _receiving(original):
    def _get_data(self):
        received = original(self)
        known = _iterators.get(self)
        if known is not None and type(received) is tuple and len(received) == 2:
            known.arrived[id(received[1])] = received[0]
        return received

    return _get_data


def _processing(original):
    def _process_data(self, data, *rest):
        known = _iterators.get(self)
        key = id(data)
        result = original(self, data, *rest)
        if known is not None:
            number = known.arrived.pop(key, None)
            known.indices = known.pending.pop(number, None)
            known.worker = known.workers.pop(number, None)
        return result

    return _process_data


def _giving(original):
    def __next__(self):
        data = original(self)
        _gave(self, data)
        return data

    return __next__


@guarded
def _gave(iterator, data):
    known = _iterators.get(iterator)
    if known is None:
        return
    if iterator._num_workers == 0:
        known.indices = known.pending.pop(0, None)
    n = iterator._num_yielded - 1
    if n == 0 and iterator._persistent_workers:
        # Workers that persist serve every epoch with one iterator.
        known.number = known.loader.iterators - 1
    keep = detailed_batch(known.number, n, progress.batches)
    progress.batches += 1
    chosen = known.indices
    if isinstance(chosen, (list, tuple)):
        chosen = None if not chosen or chosen[0] is None else list(chosen)
    elif chosen is not None:
        chosen = [chosen]
    print_, leaves = content.of(data)
    event = {
        "indices": _first(chosen) if keep else None,
        "order": None if chosen is None else content.indices(chosen),
        "size": _size(data) if chosen is None else len(chosen),
        "content": print_,
        "leaves": leaves if keep else None,
        "worker": known.worker,
        "real": _real(known.loader, chosen, data),
    }
    unseeded.boundary()
    stream.emit(
        "batch",
        loader=known.loader.ordinal,
        iterator=known.number,
        n=n,
        **{key: value for key, value in event.items() if value is not None},
    )


def _real(loader, chosen, data):
    """Of a last batch that is not full: how many of its rows are samples of the data set. None where it cannot be told."""
    if chosen is None or not loader.full or len(chosen) >= loader.full or loader.length is None:
        return None
    plain = [content.plain_index(index) for index in chosen]
    if _size(data) != len(chosen) or not all(type(index) is int for index in plain):
        return None
    return sum(0 <= index < loader.length for index in plain)


def _first(chosen):
    """The first indices, where all of these are integers; others count in `order` alone."""
    if chosen is None:
        return None
    plain = [content.plain_index(index) for index in chosen[:_MOST_INDICES]]
    return plain if all(type(index) is int for index in plain) else None


def _size(data, depth=0):
    shape = getattr(data, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) else 1
    if depth < 4:
        if isinstance(data, dict) and data:
            return _size(next(iter(data.values())), depth + 1)
        if isinstance(data, (list, tuple)) and data:
            return _size(data[0], depth + 1) if hasattr(data[0], "shape") or isinstance(data[0], dict) else len(data)
    return None


def _tap_worker(module):
    names = module._worker_loop.__code__.co_varnames
    place = names.index("worker_id") if "worker_id" in names else None

    def loop(original):
        def _worker_loop(*arguments, **keywords):
            worker = keywords.get("worker_id", arguments[place] if place is not None and place < len(arguments) else None)
            _become(worker)
            return original(*arguments, **keywords)

        return _worker_loop

    replace(module, "_worker_loop", loop)


@guarded
def _become(worker):
    known = _Current.loader
    if known is None:
        identity.become_worker(None, None, worker)
    else:
        identity.become_worker(known.ordinal, known.iterators - 1, worker)
        sites.fallback = known.site
    # A stream for each worker of each epoch would be many files with nothing in them.
    if known is None or known.iterators <= 2:
        stream.ensure()
    else:
        stream.hold(("seed", "flag", "torch", "variable"))


def _tap_spawn(module):
    def telling(original):
        def get_preparation_data(name):
            told = original(name)
            known = _Current.loader
            if known is not None:
                told["lockstep"] = (known.ordinal, known.iterators, known.site, known.spawned)
                known.spawned += 1
            return told

        return get_preparation_data

    def told(original):
        def prepare(data):
            _told(data.get("lockstep"))
            return original(data)

        return prepare

    replace(module, "get_preparation_data", telling)
    replace(module, "prepare", told)


@guarded
def _told(known):
    if known is not None:
        _Current.loader = _Loader(known[0], known[2])
        _Current.loader.iterators = known[1]
        # What the worker imports before its work begins is its own already.
        _become(known[3])
