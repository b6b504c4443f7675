"""Compares the memory that `counterfoil plan` says a run needs at most with the peak of the run.

    python memory.py [--threads 1 2 8] [--data DIR]

Makes the data if DIR lacks it (1.1 GB), runs each job at each number of threads, one after another,
and prints the table of `docs/BENCHMARKS.md`. The ratio is to be at least 1 everywhere: what is
planned is a bound. Needs Python 3.11 and requirements.txt; Linux.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from run import HERE, JOB, ROOT, TARGET

PROGRAM = TARGET / "counterfoil"
EXTRACT = '[[output]]\nkind = "extract"\ndata_set = "{}"\n'
PERSONS = '[[output]]\nkind = "persons"\n'
# Title -> HES rows, deaths, share of the deaths that are of HES persons, further outputs.
GENERATED = {
    "3 M rows, 200 k deaths": (3_000_000, 200_000, 0.3, ""),
    "the same, and persons": (3_000_000, 200_000, 0.3, PERSONS),
    "7.5 M rows, 300 k deaths, every death found": (7_500_000, 300_000, 1.0, ""),
    "1 M rows, 3 M deaths; HES is held": (1_000_000, 3_000_000, 0.3, ""),
    "10 M rows, 1 M deaths": (10_000_000, 1_000_000, 0.3, ""),
}
# Outputs of a job on the synthetic population, in the columns of the catalogue.
SYNTHETIC = {
    "3 M people: links": "",
    "3 M people: extract of deaths": EXTRACT.format("deaths"),
    "3 M people: extract of HES": EXTRACT.format("apc"),
    "3 M people: persons": PERSONS,
}
SYNTHETIC_JOB = """\
version = 1
name = "bench-memory"

[keys]
demo = true

[[data_set]]
name = "apc"
is = "hes-apc"
files = ["{data}/hes_apc"]

[[data_set]]
name = "deaths"
is = "deaths"
files = ["{data}/deaths"]

[linkage]
left = "apc"
right = "deaths"
recipe = "hes-deaths"

[[output]]
kind = "links"
"""


def generated(root, rows, deaths, linked):
    data = root / f"ranks-{rows}-{deaths}-{linked}"
    if not (data / "truth.parquet").exists():
        gen = [sys.executable, HERE / "gen.py", "--hes-rows", str(rows), "--deaths", str(deaths)]
        subprocess.run([*gen, "--linked", str(linked), "--out", data], check=True, stdout=subprocess.DEVNULL)
    return data


def synthetic(root):
    data = root / "people-3000000"
    if not data.exists():
        synth = [PROGRAM, "synth", "--people", "3000000", "--seed", "4", "--out", data]
        subprocess.run(synth, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return data


def jobs(root):
    for title, (rows, deaths, linked, outputs) in GENERATED.items():
        yield title, JOB.format(data=generated(root, rows, deaths, linked)) + outputs
    for title, outputs in SYNTHETIC.items():
        yield title, SYNTHETIC_JOB.format(data=synthetic(root)) + outputs


def planned(job, threads):
    said = subprocess.run([PROGRAM, "plan", job, "--threads", threads, "--json"], check=True, capture_output=True)
    return json.loads(said.stdout)["plan"]["memory"] / (1 << 20)


def peak(job, threads, out):
    shutil.rmtree(out, ignore_errors=True)
    command = [PROGRAM, "run", job, "--out", out, "--threads", threads]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"`{job}` failed with exit code {process.returncode}")
    shutil.rmtree(out)
    return usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", nargs="+", default=["1", "2", "8"])
    parser.add_argument("--data", type=Path, default=ROOT / "target" / "bench-data")
    arguments = parser.parse_args()
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "counterfoil-cli"], cwd=ROOT, check=True)
    arguments.data.mkdir(parents=True, exist_ok=True)
    job, out = arguments.data / "memory.toml", arguments.data / "memory-out"
    print("| Job | Threads | Planned, MiB | Peak, MiB | Ratio |\n|---|---|---|---|---|")
    least, most = float("inf"), 0
    for title, text in jobs(arguments.data):
        job.write_text(text)
        for threads in arguments.threads:
            bound, found = planned(job, threads), peak(job, threads, out)
            least, most = min(least, bound / found), max(most, bound / found)
            print(f"| {title} | {threads} | {bound:.0f} | {found:.0f} | {bound / found:.2f} |", flush=True)
    print(f"\nRatios from {least:.2f} to {most:.2f}.")


if __name__ == "__main__":
    main()
