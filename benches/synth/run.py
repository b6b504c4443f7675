"""Measures how fast synthetic populations are written, and in how much memory.

    python run.py [--rounds 3] [--data DIR] [--cases NAME ...] [--no-build]
    python run.py --each 200_000 [--rounds 3] [--data DIR] [--no-build]

Each case is a process of its own. With --each the cases are the data sets, each written alone for
that many people, and all of them together; what a row costs then holds its share of drawing the
people, which all data sets need. Appends what was measured to `benches/results/synth.jsonl` (first
a line about machine and versions, then one a process) and prints the table of `docs/BENCHMARKS.md`.
Needs Python 3.11 and Linux; the largest case writes some 6 GB, which are removed again.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = HERE.parent / "results" / "synth.jsonl"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"

# Case -> people, further arguments.
CASES = {
    "hes-apc, all fields, 1 M people": (1_000_000, ["--data-sets", "hes-apc"]),
    "hes-apc, fields for linkage, 1 M people": (1_000_000, ["--data-sets", "hes-apc", "--fields", "linkage"]),
    "hes-apc, all fields, 10 M people": (10_000_000, ["--data-sets", "hes-apc"]),
    "all data sets, 1 M people": (1_000_000, []),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=TARGET.parent / "bench-data" / "synth")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--each", type=int, metavar="PEOPLE", help="measure each data set alone instead")
    parser.add_argument("--no-build", action="store_true", help="take the release binary as it is")
    arguments = parser.parse_args()
    if not arguments.no_build:
        subprocess.run(["cargo", "build", "--release", "--package", "counterfoil-cli"], cwd=ROOT, check=True)
    cases = each(arguments.each, arguments.data) if arguments.each else {case: CASES[case] for case in arguments.cases}
    lines = [machine()]
    for _ in range(arguments.rounds):
        lines += [measure(case, *cases[case], arguments.data) for case in cases]
    with RESULTS.open("a") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    print_table(cases, lines[1:])


def each(people, data):
    """The data sets as the program lists them, each a case, then all together."""
    shutil.rmtree(data, ignore_errors=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    command = [TARGET / "counterfoil", "synth", "--people", "1", "--seed", "1", "--out", data, "--json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    shutil.rmtree(data)
    # Tables beside a data set's main one are named after a slash and come with it.
    names = [name for name in json.loads(answer)["rows"] if "/" not in name]
    cases = {f"{name}, {people:,} people": (people, ["--data-sets", name]) for name in names}
    return cases | {f"all data sets, {people:,} people": (people, [])}


def measure(case, people, further, data):
    shutil.rmtree(data, ignore_errors=True)
    data.parent.mkdir(parents=True, exist_ok=True)
    command = [TARGET / "counterfoil", "synth", "--people", str(people), "--seed", "1", "--out", data, *further, "--json"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{case}: ended with status {status}")
    written = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    shutil.rmtree(data)
    return {
        "kind": "process", "case": case, "rows": sum(json.loads(answer)["rows"].values()), "wall": round(wall, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2), "peak_mib": usage.ru_maxrss // 1024, "bytes": written,
    }


def machine():
    run = lambda *command: subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    info = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
    return {
        "kind": "machine", "run": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "processor": next(value.strip() for key, value in info.items() if key.startswith("model name")),
        "cores": os.cpu_count(), "kernel": platform.release(), "commit": run("git", "rev-parse", "HEAD"),
        "rustc": run("rustc", "--version"),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
    }


def print_table(cases, lines):
    print("| Case | Rows | Rows/s | Wall, s | CPU, s | Peak, MiB | GB |\n|---|---|---|---|---|---|---|")
    for case in cases:
        of_case = [line for line in lines if line["case"] == case]
        median = {key: statistics.median(line[key] for line in of_case) for key in ["rows", "wall", "cpu", "peak_mib", "bytes"]}
        print(
            f"| {case} | {median['rows']:,.0f} | {median['rows'] / median['wall']:,.0f} | {median['wall']:.1f} "
            f"| {median['cpu']:.1f} | {median['peak_mib']:.0f} | {median['bytes'] / 1e9:.2f} |"
        )


if __name__ == "__main__":
    main()
