"""Go on fuzzing the readers, guided by coverage where `atheris` is installed (extra `fuzz`).

    PYTHONPATH=src:tests python -m fuzz.run --seconds 60 [--target NAME] [--seed 1]

Without atheris programs are drawn at random, from the seed. What was found is printed as a program
that can be given to `TARGETS[NAME].try_program(bytes.fromhex(...))`. Exit status 1: something was.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from fuzz.mutations import PROGRAM_MAX_BYTES

__all__ = ["UNEXPECTED", "main", "random_programs", "tried"]

UNEXPECTED: Final = 1
_ENDLESS: Final = 2**62


def random_programs(drawn: random.Random, count: int = _ENDLESS) -> Iterator[bytes]:
    """Yield programs of any length; short ones change little and reach far."""
    for _ in range(count):
        yield drawn.randbytes(drawn.choice((4, 8, 12, 16, 24, PROGRAM_MAX_BYTES)))


def tried(target: Any, program: bytes) -> Exception | None:
    """Return what escaped from a reader, or None."""
    try:
        target.try_program(program)
    except Exception as error:  # noqa: BLE001 (any that is not ours is what is looked for)
        return error
    return None


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "reba" in frame.filename]
    at = own[-1] if own else frames[-1]
    return f"{type(error).__name__} in {at.name}, line {at.lineno} of {at.filename}"


def _tell(name: str, program: bytes, error: Exception) -> None:
    print(f"{name}: {_place(error)}\n    program {program.hex()}\n    {str(error)[:200]}")  # noqa: T201


def _by_chance(target: Any, seconds: int, seed: int) -> int:
    """Read what random programs make; return 1 where anything escaped."""
    end, counted, places = time.monotonic() + seconds, Counter[bool](), Counter[str]()
    for program in random_programs(random.Random(seed)):  # noqa: S311 (to be had again)
        if time.monotonic() >= end:
            break
        try:
            counted[target.try_program(program)] += 1
        except Exception as error:  # noqa: BLE001 (what is looked for)
            if not places[_place(error)]:
                _tell(target.name, program, error)
            places[_place(error)] += 1
    print(  # noqa: T201
        f"{target.name}: {counted.total() + places.total()} read, {counted[True]} accepted, "
        f"{len(places)} places where another error escaped ({places.total()} times)"
    )
    return UNEXPECTED if places else 0


def _guided(name: str, seconds: int, seed: int) -> int:
    """Let atheris choose the programs; it ends the process."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["reba", "tomllib"]):
        target = importlib.import_module("fuzz.targets").TARGETS[name]
    target.try_program(b"")  # what is made once is made before the clock runs

    def one(data: bytes) -> None:
        error = tried(target, data)
        if error is not None:
            _tell(name, data, error)
            raise error

    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        options = [
            f"-max_total_time={seconds}", f"-max_len={PROGRAM_MAX_BYTES}", f"-seed={seed}",
            f"-artifact_prefix={folder}/", "-len_control=0", "-verbosity=0", "-print_final_stats=1",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options], one)
        atheris.Fuzz()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Fuzz one reader, or each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-chance", action="store_true", help="do without atheris")
    asked = parser.parse_args(arguments)
    guided = not asked.by_chance and importlib.util.find_spec("atheris") is not None
    if asked.target is not None and guided:
        return _guided(asked.target, asked.seconds, asked.seed)
    targets = importlib.import_module("fuzz.targets").TARGETS
    if asked.target is not None:
        return _by_chance(targets[asked.target], asked.seconds, asked.seed)
    status = 0
    for name in targets:
        options = [f"--seconds={asked.seconds}", f"--seed={asked.seed}", f"--target={name}"]
        if asked.by_chance:
            options.append("--by-chance")
        done = subprocess.run([sys.executable, "-m", "fuzz.run", *options], check=False)
        status = status or int(done.returncode != 0)
    return status


if __name__ == "__main__":
    sys.exit(main())
