"""Measures the ranked linkage of HES and deaths, beside DuckDB and beside the floor.

    python run.py [--rows 10_000_000 2_000_000] [--deaths 1_000_000] [--linked 0.3] [--rounds 5] [--data DIR]
    python run.py --table FILE...

For each size in --rows: makes the data if DIR lacks it, then runs the jobs of `jobs()` one after
another, --rounds times over, each as a process of its own. Appends what was measured to
`benches/results/ranks-<rows>.jsonl` (first a line about machine and versions, then one a process,
last the comparison of links) and prints the tables of `docs/BENCHMARKS.md`. --table only prints
them again. Needs Python 3.11 and requirements.txt; Linux, because of /proc.
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

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RESULTS = HERE.parent / "results"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"

# Job name -> title in the tables, in the order in which the jobs run and are listed.
TITLES = {
    "floor": "floor: decode, and hash each distinct NHS number (parquet-rs, BLAKE3)",
    "duckdb-floor": "DuckDB: read the linkage columns",
    "duckdb-clear": "DuckDB: links on clear values",
    "duckdb-clear-steps": "DuckDB: links on clear values, rank by rank",
    "duckdb-hmac": "DuckDB: links on HMAC-SHA-256 tokens",
    "duckdb-hmac-steps": "DuckDB: links on HMAC-SHA-256 tokens, rank by rank",
    "counterfoil": "**Counterfoil**: links and bridging file on tokens",
}

JOB = """\
# Written by benches/ranks/run.py for the data in this folder.
version = 1
name = "bench-ranks"
end = "2030-03-31"

[keys]
demo = true

[[data_set]]
name = "hes"
files = ["{data}/hes/*.parquet"]
record_key = "hes_row_id"
person_key = "person_key"
[data_set.roles]
nhs_number = "nhs_number"
birth_date = "dob"
sex = "sex"
postcode = "postcode"
activity_date = "admidate"

[[data_set]]
name = "deaths"
files = ["{data}/deaths/*.parquet"]
record_key = "death_id"
[data_set.roles]
nhs_number = "nhs_number"
birth_date = "dob"
sex = "sex"
postcode = "postcode"
death_date = "dod"

[linkage]
left = "hes"
right = "deaths"
recipe = "hes-deaths"
[linkage.lists]
communal = {{ file = "{data}/communal.parquet" }}

[[output]]
kind = "links"

[[output]]
kind = "bridge"
"""


def main():
    arguments = parse_arguments()
    if arguments.table:
        lines = [json.loads(line) for path in arguments.table for line in path.read_text().splitlines()]
        print_tables(lines)
        return
    if not arguments.no_build:
        build()
    lines = []
    for rows in arguments.rows:
        lines += measure_size(rows, arguments)
    print_tables(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--rows", type=int, nargs="+", default=[10_000_000, 2_000_000], help="HES rows; several sizes run in turn")
    add("--deaths", type=int, default=1_000_000)
    add("--linked", type=float, default=0.3, help="share of the deaths that are of HES persons")
    add("--rounds", type=int, default=5)
    add("--threads", type=int, default=2)
    add("--data", type=Path, default=TARGET.parent / "bench-data", help="folder of the data, one below it a size")
    add("--jobs", nargs="+", choices=TITLES, default=list(TITLES), help="only these")
    add("--no-build", action="store_true", help="take the release binaries as they are")
    add("--results", type=Path, default=RESULTS, help="folder of the raw results")
    add("--table", type=Path, nargs="+", help="print the tables of these result files and stop")
    return parser.parse_args()


def build():
    """The product as it ships, then the floor; together they would share features."""
    for package in ["counterfoil-cli", "counterfoil-benches"]:
        subprocess.run(["cargo", "build", "--release", "--package", package], cwd=ROOT, check=True)


def measure_size(rows, arguments):
    data = ready_data(rows, arguments)
    results = arguments.results / f"ranks-{rows}.jsonl"
    results.parent.mkdir(parents=True, exist_ok=True)
    run = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    about = {"run": run, "rows": rows, "deaths": arguments.deaths, "linked": arguments.linked, "threads": arguments.threads}
    lines = [about | {"kind": "machine"} | machine()]
    read_once(data)
    with results.open("a") as file:
        write_line(file, lines[0])
        for number in range(1, arguments.rounds + 1):
            for name, command in in_turn(jobs(data, arguments), number).items():
                lines.append(about | {"kind": "process", "round": number, "job": name} | measure(name, command, data))
                write_line(file, lines[-1])
        if {"counterfoil", "duckdb-clear", "duckdb-clear-steps"} <= set(arguments.jobs):
            lines.append(about | {"kind": "links"} | compared_links(data))
            write_line(file, lines[-1])
    return lines


def write_line(file, line):
    file.write(json.dumps(line) + "\n")
    file.flush()


# Data and jobs.


def ready_data(rows, arguments):
    """The data folder of that size, made if it is not there; the truth is written last."""
    data = (arguments.data / f"ranks-{rows}-{arguments.deaths}-{arguments.linked}").resolve()
    if not (data / "truth.parquet").exists():
        shutil.rmtree(data, ignore_errors=True)
        sizes = ["--hes-rows", str(rows), "--deaths", str(arguments.deaths), "--linked", str(arguments.linked)]
        subprocess.run([sys.executable, HERE / "gen.py", *sizes, "--out", data], check=True, stdout=sys.stderr)
    (data / "job.toml").write_text(JOB.format(data=data))
    return data


def read_once(data):
    """Brings the data into the page cache, so that no job pays for the disk."""
    for path in sorted(data.glob("*/*.parquet")) + [data / "communal.parquet"]:
        path.read_bytes()


def out(data, name):
    return data / "out" / name


def jobs(data, arguments):
    """Job name -> command line."""
    threads = str(arguments.threads)
    duckdb = [sys.executable, HERE / "link_duckdb.py", "--data", data, "--threads", threads, "--temp", out(data, "temp")]

    def links(name, *options):
        return [*duckdb, "--out", out(data, name).with_suffix(".parquet"), *options]

    commands = {
        "floor": [TARGET / "floor", data, threads],
        "duckdb-floor": [*duckdb, "--task", "floor"],
        "duckdb-clear": links("duckdb-clear", "--token", "none"),
        "duckdb-clear-steps": links("duckdb-clear-steps", "--token", "none", "--resolve", "steps"),
        "duckdb-hmac": links("duckdb-hmac", "--token", "hmac"),
        "duckdb-hmac-steps": links("duckdb-hmac-steps", "--token", "hmac", "--resolve", "steps"),
        "counterfoil": [
            TARGET / "counterfoil", "run", data / "job.toml", "--out", out(data, "counterfoil"), "--threads", threads,
        ],
    }
    return {name: command for name, command in commands.items() if name in arguments.jobs}


def in_turn(commands, number):
    """The jobs, beginning one further on in each round: none is always the one after another."""
    names = list(commands)
    start = (number - 1) % len(names)
    return {name: commands[name] for name in names[start:] + names[:start]}


# Measuring.


def measure(name, command, data):
    """Runs one process: wall seconds, CPU seconds (user and system, all threads), peak MiB."""
    out(data, name).parent.mkdir(exist_ok=True)
    shutil.rmtree(out(data, name), ignore_errors=True)
    printed = out(data, name).with_suffix(".stdout")
    load = os.getloadavg()[0]
    start = time.perf_counter()
    with printed.open("wb") as stdout:
        process = subprocess.Popen(command, stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"`{name}` failed with exit code {process.returncode}")
    return {
        "wall": round(wall, 3),
        "user": round(usage.ru_utime, 3),
        "system": round(usage.ru_stime, 3),
        "cpu": round(usage.ru_utime + usage.ru_stime, 3),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
        "load_before": round(load, 2),
        "report": report(name, data, printed),
    }


def report(name, data, printed):
    """What the job says of itself."""
    if name == "counterfoil":
        return json.loads((out(data, name) / "manifest.json").read_text())["linkage"]
    return json.loads(printed.read_text().splitlines()[-1])


def compared_links(data):
    """Our links of the last round beside DuckDB's on clear values."""
    theirs = {name: out(data, name).with_suffix(".parquet") for name in ["duckdb-clear", "duckdb-clear-steps"]}
    ours = out(data, "counterfoil") / "links.parquet"
    compared = {}
    for name, links in theirs.items():
        command = [sys.executable, HERE / "compare_links.py", data, ours, links]
        compared[name] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {"against": compared}


def machine():
    changed = text_of("git", "status", "--porcelain", "--", "crates", "benches/src", "Cargo.lock", "Cargo.toml")
    return {
        "processor": after_colon("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(int(after_colon("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
        "kernel": platform.release(),
        "commit": text_of("git", "rev-parse", "HEAD"),
        "changed_since_commit": bool(changed),
        "rustc": text_of("rustc", "--version"),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
    }


def text_of(*command):
    try:
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def after_colon(path, name):
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.split(":", 1)[1].strip()
    return "unknown"


# Tables.


def print_tables(lines):
    """Of each size the last run that is among the lines."""
    last = {size_of(line): line["run"] for line in lines}
    medians = {}
    for size, run in last.items():
        of_run = [line for line in lines if line["run"] == run and size_of(line) == size]
        medians[size] = print_size(of_run)
    print_peaks(medians)


def size_of(line):
    return line["rows"], line["deaths"], line["linked"]


def print_size(lines):
    """One size; returns job -> median of each figure."""
    about = lines[0]
    processes = [line for line in lines if line["kind"] == "process"]
    rounds = max(line["round"] for line in processes)
    print(f"\n### {grouped(about['rows'])} HES rows, {grouped(about['deaths'])} deaths (--linked {about['linked']})\n")
    print(machine_note(about) + f" Medians of {rounds} rounds, lowest–highest in brackets.\n")
    print("| Job | Wall, s | CPU, s | Peak, MiB |\n|---|---|---|---|")
    medians = {}
    for name in TITLES:
        figures = [figures_of(line) for line in processes if line["job"] == name]
        if figures:
            medians[name] = {figure: statistics.median(f[figure] for f in figures) for figure in figures[0]}
            print(f"| {TITLES[name]} | {spread(figures, 'wall')} | {spread(figures, 'cpu')} | {spread(figures, 'peak', 0)} |")
    print_floor_parts(processes)
    print_goals(medians)
    print_links(lines, processes)
    return medians


def figures_of(line):
    """Wall, CPU and peak of one process.

    The DuckDB script starts Python, and goes on after its job to count what it found; neither
    is held against it: its wall and CPU time are those of its stages, its peak that up to the
    end of the last. The floor binary also finds the distinct numbers, which is not of the floor;
    its peak is of all. Our figures are those of the whole process.
    """
    report = line["report"]
    if line["job"] == "floor":
        return {"wall": report["floor"]["wall"], "cpu": report["floor"]["cpu"], "peak": line["peak_mib"]}
    if line["job"].startswith("duckdb"):
        wall, cpu = map(sum, zip(*report["stages_wall_cpu"].values()))
        return {"wall": wall, "cpu": cpu, "peak": report["peak_rss_mb"]}
    return {"wall": line["wall"], "cpu": line["cpu"], "peak": line["peak_mib"]}


def spread(figures, name, places=2):
    values = [f[name] for f in figures]
    return f"{statistics.median(values):.{places}f} ({min(values):.{places}f}–{max(values):.{places}f})"


def grouped(number):
    return f"{number:,}".replace(",", " ")


def machine_note(about):
    changed = " with changes" if about["changed_since_commit"] else ""
    return (
        f"{about['run'][:10]}, commit `{about['commit'][:12]}`{changed}, {about['threads']} threads, "
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, Linux {about['kernel']}, "
        f"{about['rustc'].split(' (')[0]}, Python {about['python']}, DuckDB {about['duckdb']}."
    )


def print_floor_parts(processes):
    reports = [line["report"] for line in processes if line["job"] == "floor"]
    if not reports:
        return
    parts = {part: statistics.median(r[part]["cpu"] for r in reports) for part in ["decode", "hash", "distinct"]}
    print(
        f"\nFloor, CPU seconds: decode {parts['decode']:.2f}, hash {parts['hash']:.2f} "
        f"({grouped(reports[0]['distinct_nhs_numbers'])} distinct numbers); "
        f"finding the distinct ones, which is not of the floor, {parts['distinct']:.2f}."
    )


# Job, figure, most times our figure may be of the job's, what the goal is called.
GOALS = [
    ("duckdb-clear", "cpu", 1.0, "first goal: CPU, of DuckDB's on clear values"),
    ("duckdb-hmac", "cpu", 1 / 2, "first goal: CPU, of DuckDB's on HMAC tokens"),
    ("duckdb-hmac", "cpu", 1 / 3, "bar: CPU, of DuckDB's on HMAC tokens"),
    ("duckdb-hmac", "peak", 1 / 2, "bar: peak, of DuckDB's on HMAC tokens"),
    ("floor", "cpu", 2.0, "bar: CPU, of the floor's"),
]
MOST_MIB = 572  # 0.6 GB


def print_goals(medians):
    ours = medians.get("counterfoil")
    if not ours:
        return
    print("\n| Goal | At most | Is | |\n|---|---|---|---|")
    for name, figure, most, goal in GOALS:
        if name in medians:
            ratio = ours[figure] / medians[name][figure]
            print(f"| {goal} | {most:.2f} × | {ratio:.2f} × | {met(ratio <= most)} |")
    print(f"| first goal: peak | {MOST_MIB} MiB | {ours['peak']:.0f} MiB | {met(ours['peak'] <= MOST_MIB)} |")


def met(is_met):
    return "met" if is_met else "**not met**"


def print_links(lines, processes):
    """Links by rank of each way to link, then what differs."""
    by_rank = {}
    for line in processes:
        report = line["report"]
        counts = report.get("by_rank") or report.get("links_by_rank")
        if counts:
            by_rank[line["job"]] = {int(rank): count for rank, count in counts.items()}
    if not by_rank:
        return
    ranks = sorted({rank for counts in by_rank.values() for rank in counts})
    print("\n| Links by rank | " + " | ".join(map(str, ranks)) + " | all |\n" + "|---" * (len(ranks) + 2) + "|")
    for name in TITLES:
        if name in by_rank:
            counts = [by_rank[name].get(rank, 0) for rank in ranks]
            print(f"| {name} | " + " | ".join(map(str, counts)) + f" | {sum(counts)} |")
    for line in lines:
        if line["kind"] == "links":
            print_compared(line["against"])


def print_compared(against):
    print("\n| Links, against | in both | only ours, true | only theirs, true | the death tied | the person tied | follows from these | else |")
    print("|---" * 8 + "|")
    for name, c in against.items():
        ours, theirs, why = c["only_ours"], c["only_theirs"], c["why"]
        print(
            f"| {name} | {c['both']} | {ours['links']}, {ours['true']} | {theirs['links']}, {theirs['true']} "
            f"| {why['death_tied']} | {why['person_tied']} | {why['follows']} | {why['else']} |"
        )


def print_peaks(medians):
    """Whether the peak depends on the rows of HES."""
    for deaths, linked in sorted({size[1:] for size in medians}):
        ours = {size: m["counterfoil"]["peak"] for size, m in medians.items() if "counterfoil" in m}
        peaks = {rows: peak for (rows, *others), peak in ours.items() if others == [deaths, linked]}
        if len(peaks) > 1:
            least, most = min(peaks.values()), max(peaks.values())
            each = ", ".join(f"{peak:.0f} MiB at {grouped(rows)} rows" for rows, peak in sorted(peaks.items()))
            print(f"\nOur peak with {grouped(deaths)} deaths (--linked {linked}): {each}; the highest is {most / least:.2f} × the lowest.")


if __name__ == "__main__":
    main()
