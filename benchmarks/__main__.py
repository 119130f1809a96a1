"""``python -m benchmarks`` lists them; with a NAME [--quick] [--json] it runs one."""

from __future__ import annotations

import argparse
import importlib
import json
import sys

NAMES = (
    "chem_pipeline", "data_check", "round", "faults", "poll", "blob", "demo", "fam", "censored",
    "predict", "train", "peers", "tdc", "tox21", "distil", "graph", "coarse", "simulate",
    "packages",
)  # fmt: skip


def main() -> int:
    """Run one benchmark, or list all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="within a minute; claims no target")
    parser.add_argument("--against", default="", help="peers, separated by commas")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    given, rest = parser.parse_known_args()
    if given.name is None:
        for name in NAMES:
            print(importlib.import_module(f"benchmarks.{name}").TITLE)
        return 0
    module = importlib.import_module(f"benchmarks.{given.name}")
    own = argparse.ArgumentParser(prog=f"python -m benchmarks {given.name}")
    if hasattr(module, "arguments"):
        module.arguments(own)
    options = own.parse_args(rest)
    peers = [peer for peer in given.against.split(",") if peer]
    extra = (options,) if hasattr(module, "arguments") else ()
    result = module.run(given.quick, peers, *extra)
    _print(result)
    if given.json:
        print(json.dumps(result))
    return 1 if result["missed"] else 0


def _print(result: dict[str, object]) -> None:
    print(f"{result['name']} on {result['machine']}")
    for group in ("measures", "targets"):
        values = result[group]
        if isinstance(values, dict):
            for name, value in values.items():
                shown = f"{value:.4g}" if isinstance(value, float) else value
                print(f"  {group[:-1]:8} {name:52} {shown}")
    for group in ("missed", "not_measured"):
        names = result[group]
        for name in names if isinstance(names, list) else ():
            print(f"  {group}: {name}")


if __name__ == "__main__":
    sys.exit(main())
