"""Starts Lockstep's agent, leaves `sys.path` as it is without us, then gives way to the `sitecustomize` found otherwise."""


def _run():
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if not entry or os.path.abspath(entry) != here]
    sys.path_importer_cache.pop(here, None)
    from importlib import util
    from importlib.machinery import PathFinder

    if os.environ.get("LOCKSTEP_RUN"):
        try:
            folder = os.path.dirname(here)
            spec = util.spec_from_file_location(
                "lockstep_agent", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
            )
            package = util.module_from_spec(spec)
            sys.modules["lockstep_agent"] = package
            spec.loader.exec_module(package)
            from lockstep_agent import boot

            boot.start()
        except Exception as error:
            if os.environ.get("LOCKSTEP_DEBUG"):
                sys.stderr.write("lockstep agent: %r\n" % (error,))
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is None or spec.loader is None:
        # Nobody else has one: Python goes on as if there were none.
        raise ModuleNotFoundError("No module named 'sitecustomize'", name="sitecustomize")
    module = util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_run()
