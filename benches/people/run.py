"""Measures probabilistic linkage of people, beside Splink 5 on DuckDB.

    python run.py [--rows 1_000_000 5_000_000] [--tasks dedupe link memory] [--rounds 3] [--data DIR]
    python run.py --table FILE...

For each size and task: makes the data if DIR lacks them, then runs Splink (its default sampling
for u, the cheapest that it has) and our two jobs one after another, --rounds times over, each as a
process of its own: once with the model's blocking rules and comparisons as Splink has them, once
with everything left to be chosen. The task `memory` runs our job alone, with blocking rules
added that find some 20 and some 200 million pairs of a million records. Appends what was measured to `benches/results/people.jsonl`
(first a line about machine and versions, then one a process) and prints the tables of
`docs/BENCHMARKS.md`. Needs Python 3.11 and requirements.txt; Linux.

Splink's figures are those of its stages, without the start of Python and without the evaluation;
it writes nothing. Ours are of the whole process, with links and persons written.
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
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from common import evaluate, n_true

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = HERE.parent / "results" / "people.jsonl"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"

TITLES = {
    "splink": "Splink 5 on DuckDB, u from 10⁶ pairs",
    "same": "**Counterfoil**, the same blocking rules and comparisons",
    "chosen": "**Counterfoil**, everything chosen by itself",
    "wide": "**Counterfoil**, one loose blocking rule more",
    "wider": "**Counterfoil**, six loose blocking rules more",
}
PEERS = ["splink", "same", "chosen"]
MEMORY = ["wide", "wider"]

HEAD = """\
# Written by benches/people/run.py for the data in this folder.
version = 1
name = "bench-people"

[keys]
demo = true
"""

DATA_SET = """
[[data_set]]
name = "{name}"
files = ["{file}"]
record_key = "unique_id"
[data_set.roles]
given_name = "first_name"
family_name = "surname"
birth_date = "dob"
sex = "sex"
postcode = "postcode"
city = {{ column = "city", type = "text" }}
nhs_id = {{ column = "nhs_id", type = "identifier" }}
"""

SAME = """
[linkage.estimate]
block = [
  { on = ["given_name", "family_name"] },
  { on = ["family_name", "birth_date"] },
  { on = ["given_name", "birth_date"] },
  { on = ["postcode", "birth_date"] },
  { on = ["nhs_id"] },
]
comparison = [
  { name = "given_name", level = [
    { when = "exact(given_name)", term_frequency = { of = "given_name" } },
    { when = "jaro_winkler(given_name) >= 0.92" },
    { when = "jaro_winkler(given_name) >= 0.88" },
    { when = "jaro_winkler(given_name) >= 0.7" },
    { when = "else" } ] },
  { name = "family_name", level = [
    { when = "exact(family_name)", term_frequency = { of = "family_name" } },
    { when = "jaro_winkler(family_name) >= 0.92" },
    { when = "jaro_winkler(family_name) >= 0.88" },
    { when = "jaro_winkler(family_name) >= 0.7" },
    { when = "else" } ] },
  { name = "birth_date", level = [
    { when = "exact(birth_date)" },
    { when = "levenshtein(birth_date) <= 1" },
    { when = "months(birth_date) <= 1" },
    { when = "years(birth_date) <= 1" },
    { when = "years(birth_date) <= 10" },
    { when = "else" } ] },
  { name = "postcode", level = [
    { when = "exact(postcode)" },
    { when = "exact(sector(postcode))" },
    { when = "exact(district(postcode))" },
    { when = "exact(area(postcode))" },
    { when = "else" } ] },
  { name = "sex", level = [ { when = "exact(sex)" }, { when = "else" } ] },
  { name = "city", level = [
    { when = "exact(city)", term_frequency = { of = "city" } },
    { when = "else" } ] },
  { name = "nhs_id", level = [
    { when = "exact(nhs_id)" },
    { when = "damerau_levenshtein(nhs_id) <= 1" },
    { when = "else" } ] },
]
"""

LAST_RULE = '  { on = ["nhs_id"] },\n'
WIDE = '  { on = ["family_name", "year(birth_date)"] },\n'
WIDER = """\
  { on = ["year(birth_date)", "city"] },
  { on = ["family_name", "city"] },
  { on = ["given_name", "city"] },
  { on = ["sector(postcode)"] },
  { on = ["birth_date"] },
  { on = ["given_name", "year(birth_date)"] },
"""

OUTPUTS = """
[[output]]
kind = "links"

[[output]]
kind = "persons"
"""


def main():
    arguments = parse_arguments()
    if arguments.table:
        print_tables([json.loads(line) for path in arguments.table for line in path.read_text().splitlines()])
        return
    if not arguments.no_build:
        subprocess.run(["cargo", "build", "--release", "--package", "counterfoil-cli"], cwd=ROOT, check=True)
    lines = []
    for rows in arguments.rows:
        for task in arguments.tasks:
            lines += measure_task(rows, task, arguments)
    print_tables(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--rows", type=int, nargs="+", default=[1_000_000], help="records; several sizes run in turn")
    add("--tasks", nargs="+", choices=["dedupe", "link", "memory"], default=["dedupe", "link"])
    add("--rounds", type=int, default=3)
    add("--threads", type=int, default=2)
    add("--data", type=Path, default=TARGET.parent / "bench-data" / "people")
    add("--jobs", nargs="+", choices=TITLES, default=list(TITLES), help="only these, as far as a task has them")
    add("--no-build", action="store_true", help="take the release binary as it is")
    add("--results", type=Path, default=RESULTS, help="file of the raw results")
    add("--table", type=Path, nargs="+", help="print the tables of these result files and stop")
    return parser.parse_args()


def measure_task(rows, task, arguments):
    files = ready_files(rows, task, arguments.data.resolve())
    folder = arguments.data.resolve() / f"{task}-{rows}"
    folder.mkdir(exist_ok=True)
    write_jobs(folder, task, files)
    [file.read_bytes() for file in files]
    run = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    about = {"run": run, "rows": rows, "task": task, "threads": arguments.threads}
    lines = [about | {"kind": "machine"} | machine()]
    with arguments.results.open("a") as results:
        results.write(json.dumps(lines[0]) + "\n")
        for number in range(1, arguments.rounds + 1):
            of_task = MEMORY if task == "memory" else PEERS
            for job in [job for job in of_task if job in arguments.jobs]:
                line = about | {"kind": "process", "round": number, "job": job} | measure(job, folder, files, about)
                results.write(json.dumps(line) + "\n")
                results.flush()
                lines.append(line)
    return lines


def ready_files(rows, task, data):
    names = ["people_link_a", "people_link_b"] if task == "link" else ["people_dedupe"]
    files = [data / f"{name}_{rows}.parquet" for name in names]
    if not all(file.exists() for file in files):
        data.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, HERE / "gen.py", "--rows", str(rows), "--out", data], check=True)
    return files


def write_jobs(folder, task, files):
    sets = "".join(DATA_SET.format(name=name, file=file) for name, file in zip("ab", files))
    sides = 'left = "a"\nright = "b"\n' if task == "link" else 'left = "a"\n'
    linkage = f'\n[linkage]\n{sides}mode = "trusted"\n'
    (folder / "same.toml").write_text(HEAD + sets + linkage + SAME + OUTPUTS)
    (folder / "chosen.toml").write_text(HEAD + sets + linkage + "estimate = {}\n" + OUTPUTS)
    for name, rules in [("wide", WIDE), ("wider", WIDER)]:
        more = SAME.replace(LAST_RULE, LAST_RULE + rules)
        (folder / f"{name}.toml").write_text(HEAD + sets + linkage + more + OUTPUTS)


def measure(job, folder, files, about):
    """One process: wall and CPU seconds, peak MiB, and the quality of its links."""
    threads = str(about["threads"])
    if job == "splink":
        report = folder / "splink.json"
        task = ["--task", about["task"], "--u-pairs", "1e6", "--threads", threads]
        subprocess.run(
            [sys.executable, HERE / "link_splink.py", *task, "--input", *files, "--out", report],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        of = json.loads(report.read_text())
        return {
            "wall": of["total_wall"], "cpu": of["total_cpu"], "peak_mib": of["peak_rss_mb"],
            "pairs": of["pairs_compared"], "stages": of["stages_wall_cpu"], "best": of["quality"]["best"],
            "at": of["quality"]["p0.99"], "blocking_recall": of["quality"]["blocking_recall"],
        }
    out = folder / job
    shutil.rmtree(out, ignore_errors=True)
    command = [TARGET / "counterfoil", "run", folder / f"{job}.toml", "--out", out, "--threads", threads]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        sys.exit(f"`{job}` ended with status {status}")
    scored = json.loads((out / "manifest.json").read_text())["scored"]
    return {
        "wall": round(wall, 2), "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mib": round(usage.ru_maxrss / 1024), "pairs": scored["pairs_compared"],
        "at": quality(out, files), "estimated": scored["link"],
    }


def quality(out, files):
    links = pq.read_table(out / "links.parquet", columns=["left_row", "right_row", "match_weight"])
    truth = [pq.read_table(file, columns=["cluster"])["cluster"].to_numpy() for file in files]
    left, right = truth[0], truth[-1]
    is_true = left[links["left_row"].to_numpy()] == right[links["right_row"].to_numpy()]
    weights = links["match_weight"].to_numpy()
    return evaluate(is_true, weights, n_true(*truth), {"all": -np.inf})["all"]


def machine():
    run = lambda *command: subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    info = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line)
    return {
        "processor": next(value.strip() for key, value in info.items() if key.startswith("model name")),
        "cores": os.cpu_count(), "kernel": platform.release(), "commit": run("git", "rev-parse", "HEAD"),
        "rustc": run("rustc", "--version"), "python": platform.python_version(),
        "splink": version("splink"), "duckdb": version("duckdb"),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
    }


def print_tables(lines):
    """Of each size and task the last run that is among the lines."""
    last = {(line["rows"], line["task"]): line["run"] for line in lines}
    for (rows, task), run in last.items():
        mine = [line for line in lines if (line["rows"], line["task"], line["run"]) == (rows, task, run)]
        about, processes = mine[0], [line for line in mine if line["kind"] == "process"]
        print(f"\n### people-{task}, {rows:,} records\n")
        print(
            f"{run[:10]}, commit `{about['commit'][:12]}`, {about['threads']} threads, {about['processor']}, "
            f"{about['cores']} cores, {about['memory_gib']} GiB, {about['rustc'].split(' (')[0]}, Splink "
            f"{about['splink']}, DuckDB {about['duckdb']}. Medians of {max(p['round'] for p in processes)} rounds.\n"
        )
        print("| | Wall, s | CPU, s | Peak, MiB | Pairs compared | Precision | Recall | F1 | best F1 |\n" + "|---" * 9 + "|")
        medians = {}
        for job in TITLES:
            of = [p for p in processes if p["job"] == job]
            if of:
                middle = {key: statistics.median(p[key] for p in of) for key in ["wall", "cpu", "peak_mib", "pairs"]}
                medians[job], at = middle, of[-1]["at"]
                best = f"{of[-1]['best']['f1']:.4f}" if "best" in of[-1] else ""
                print(
                    f"| {TITLES[job]} | {middle['wall']:.2f} | {middle['cpu']:.2f} | {middle['peak_mib']:.0f} "
                    f"| {middle['pairs']:,.0f} | {at['p']:.4f} | {at['r']:.4f} | {at['f1']:.4f} | {best} |"
                )
        print_bars(medians, processes)
        if set(MEMORY) <= set(medians):
            ratio = medians["wider"]["peak_mib"] / medians["wide"]["peak_mib"]
            pairs = medians["wider"]["pairs"] / medians["wide"]["pairs"]
            print(f"\nPeak with {pairs:.0f} times the pairs: {ratio:.2f} times; bar: within 1.20.")


def print_bars(medians, processes):
    if not {"splink", "same"} <= set(medians):
        return
    best = next(p["best"]["f1"] for p in processes if p["job"] == "splink")
    ours = next(p["at"]["f1"] for p in reversed(processes) if p["job"] == "same")
    cpu = medians["splink"]["cpu"] / medians["same"]["cpu"]
    peak = medians["splink"]["peak_mib"] / medians["same"]["peak_mib"]
    met = lambda is_met: "met" if is_met else "**not met**"
    print("\n| Bar | At least | Is | |\n|---|---|---|---|")
    print(f"| CPU, Splink's over ours | 40 | {cpu:.1f} | {met(cpu >= 40)} |")
    print(f"| peak memory, Splink's over ours | 4 | {peak:.1f} | {met(peak >= 4)} |")
    print(f"| F1 at the chosen threshold, Splink's best over all | {best:.4f} | {ours:.4f} | {met(ours >= best)} |")


if __name__ == "__main__":
    main()
