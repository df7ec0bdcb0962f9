"""Texts as they would be in the user's own folder: a run works in a mirror of it, whose path is another one in every run."""

import os

from lockstep_agent.settings import settings

_replaced = None


def mirror():
    """The folder under which the mirror repeats the user's paths, or None when the run works in the user's own folder."""
    project = os.path.abspath(settings.project)
    if not settings.origin or project == os.path.abspath(settings.origin):
        return None
    suffix = os.path.abspath(settings.origin)
    return project[: -len(suffix)] if project.endswith(suffix) and len(suffix) > 1 else project


def _prepare():
    root = mirror()
    if root is None:
        return ()
    instead = "" if os.path.abspath(settings.project) != root else os.path.abspath(settings.origin)
    return tuple((form, instead) for form in dict.fromkeys((root, os.path.realpath(root))))


def text(value):
    """A text with the user's paths in the place of the mirror's."""
    global _replaced
    if _replaced is None:
        _replaced = _prepare()
    for form, instead in _replaced:
        if form in value:
            value = value.replace(form, instead)
    return value
