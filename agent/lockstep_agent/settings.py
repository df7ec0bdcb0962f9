"""What the agent was told to do: `agent.json` in the run folder, read at the first use."""

import json
import os


def _pins(told):
    """A map from each pin to its parameters; a pin told twice holds at the sites of both, or everywhere if one does."""
    pins = {}
    for pin in told:
        name, parameters = pin["pin"], {k: v for k, v in pin.items() if k != "pin"}
        if name in pins:
            sites = (pins[name].get("sites"), parameters.get("sites"))
            parameters = dict(pins[name], **parameters)
            parameters["sites"] = sites[0] + sites[1] if all(sites) else []
        pins[name] = parameters
    return pins


class Settings:
    """The keys of `agent.json` as attributes; defaults where the file says nothing.

    `active` is False when this process belongs to no run (no `LOCKSTEP_RUN`, or its folder is gone).
    """

    def __init__(self):
        self._values = None

    def _load(self):
        values = {
            "run": None,
            "active": False,
            "seed": 0,
            "pins": {},
            "vary": {},
            "detail": {
                "first": 10,
                "every": 1000,
                "parameters_every": 10,
                "gradients_first": 100,
                "gradients_every": 5,
            },
            "trace": None,
            "project": os.getcwd() if os.path.exists(".") else "/",
            "origin": None,
            "stop_after_steps": None,
            "observe": True,
            "keep": False,
            "main": [],
        }
        run = os.environ.get("LOCKSTEP_RUN")
        if run:
            run = os.path.abspath(run)
            try:
                with open(os.path.join(run, "agent.json"), "rb") as file:
                    told = json.loads(file.read().decode("utf-8"))
                for key, value in told.items():
                    if key == "pins":
                        values["pins"] = _pins(value or [])
                    elif key == "detail":
                        values["detail"] = dict(values["detail"], **(value or {}))
                    elif key == "vary":
                        values["vary"] = value or {}
                    elif value is not None or key in ("trace", "origin", "stop_after_steps"):
                        values[key] = value
                values["run"] = run
                values["active"] = True
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                pass
        self._values = values
        return values

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        values = self.__dict__["_values"]
        if values is None:
            values = self._load()
        try:
            return values[name]
        except KeyError:
            raise AttributeError(name) from None


settings = Settings()
