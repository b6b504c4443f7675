"""Death registrations to HES persons by the eight ranks, in DuckDB SQL: what a data engineer's own script would cost.
    python link_duckdb.py --data DIR --out links.parquet [--task link|floor|count] [--plan index|direct] [--token none|sha256|hmac|md5] [--token-where index|row]
                   [--resolve best|steps] [--threads 2] [--memory 20GB] [--temp DIR] [--json REPORT] [--variants]
DIR as gen.py writes it. --task floor only reads the linkage columns. Decisions that the method leaves open are marked OPEN below."""
import argparse, json, os, resource, time
import duckdb

A = argparse.ArgumentParser()
A.add_argument("--data", required=True); A.add_argument("--out"); A.add_argument("--json"); A.add_argument("--temp")
A.add_argument("--task", choices=["link", "floor"], default="link"); A.add_argument("--plan", choices=["index", "direct"], default="index")
A.add_argument("--token", choices=["none", "sha256", "hmac", "md5"], default="none"); A.add_argument("--token-where", choices=["index", "row"], default="index")
A.add_argument("--resolve", choices=["best", "steps"], default="best")
A.add_argument("--threads", type=int, default=2); A.add_argument("--memory", default="20GB"); A.add_argument("--variants", action="store_true")
A.add_argument("--profile", action="store_true"); A.add_argument("--key", default="3f1c9a5be07d42c68a90be35d17f6c2430d5a7b8c9e1f2064b8d7a6c5e4f3021", help="64 hex characters")  # --token-where: on the distinct identities (default), or every row as it is read
a = A.parse_args()
t0, load0, stages = time.perf_counter(), os.getloadavg()[0], {}
con = duckdb.connect()
con.execute(f"SET threads={a.threads}; SET memory_limit='{a.memory}'; SET preserve_insertion_order=false; SET enable_progress_bar=false")
if a.temp: con.execute(f"SET temp_directory='{a.temp}'")
cpu = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def run(name, sql):
    w, c = time.perf_counter(), cpu(); r = con.execute(sql).fetchall()
    o = stages.get(name, [0, 0]); stages[name] = [round(o[0] + time.perf_counter() - w, 2), round(o[1] + cpu() - c, 2)]
    if a.profile: print(f"{name}: {stages[name]}")
    return r


HES, DEATHS = f"read_parquet('{a.data}/hes/*.parquet')", f"read_parquet('{a.data}/deaths/*.parquet')"
END = "DATE '2030-03-31'"                                                                       # end of the data year
# --- validity (2.2). A column that fails becomes NULL, and NULL agrees with nothing. NHS numbers become integers; in a postcode
# letter O reads as zero (its spaces need no folding: in the fixed layout they say nothing).
NHS_N = "TRY_CAST(nhs_number AS BIGINT)"
SUM = " + ".join(f"{w}*(({NHS_N} // {10 ** (w - 1)}) % 10)" for w in range(10, 0, -1))         # weights 10..2 and the check digit with weight 1: sum mod 11 = 0
NHS = f"CASE WHEN regexp_full_match(nhs_number, '[0-9]{{10}}') AND ({SUM}) % 11 = 0 AND {NHS_N} % 1111111111 <> 0 THEN {NHS_N} END"
DOB = f"CASE WHEN dob BETWEEN DATE '1895-01-01' AND {END} THEN dob END"
SEX = "CASE WHEN sex IN (1, 2) THEN sex END"
PC = ("CASE WHEN length(postcode) = 8 AND NOT starts_with(postcode, 'ZZ') AND regexp_full_match(postcode, '[A-Z](([A-Z0-9]{3} )|([A-Z0-9]{2}  )|([A-Z0-9]   ))[0-9][A-Z]{2}') "
      "THEN replace(postcode, 'O', '0') END")
PC_OK = PC[len("CASE WHEN "):PC.index(" THEN")]


# --- tokens: one typed keyed hash a field. Partial DOB needs tokens of the parts too: year-month, year-day, month-day, and year with month and day swapped.
def token(field, v):
    if a.token == "none": return v
    v = f"CAST({v} AS VARCHAR)"
    if a.token == "sha256": return f"unhex(sha256('{a.key}{field}|' || {v}))"
    if a.token == "md5": return f"md5_number('{a.key}{field}|' || {v})"
    k = bytes.fromhex(a.key).ljust(64, b"\0"); pad = lambda x: "'" + "".join(f"\\x{b ^ x:02X}" for b in k) + "'::BLOB"
    return f"unhex(sha256({pad(0x5c)} || unhex(sha256({pad(0x36)} || CAST('{field}|' || {v} AS BLOB)))))"


TOK = a.token != "none"; ROW = TOK and a.token_where == "row"
Y, M, D = "year(dob)", "month(dob)", "day(dob)"
FLAGS = f", ({M} = 1 AND {D} = 1) AS jan1, pc IN (FROM communal) AS comm"                       # the deaths' only (all that the ranks need), of the clear values
PARTS = ", ".join(f"{token(k, v)} AS {n}" for n, k, v in (("ym", "ym", f"{Y}*100+{M}"), ("yd", "yd", f"{Y}*100+{D}"), ("md", "md", f"{M}*100+{D}"),
                  ("ymd", "sw", f"{Y}*10000+{M}*100+{D}"), ("sw", "sw", f"CASE WHEN {D} <= 12 THEN {Y}*10000+{D}*100+{M} END")))
SEXTOK = f"CASE sex WHEN 1 THEN {token('sex', '1')} WHEN 2 THEN {token('sex', '2')} END"        # two constants
def columns():
    """The comparable columns of one cleaned record: clear, or hashed in place (row), or the few distinct values' tokens from dictionaries."""
    if not TOK: return "nhs, dob, sex, pc"
    if ROW: return f"{token('nhs', 'nhs')} AS nhs, {token('dob', 'dob')} AS dob, {token('sex', 'sex')} AS sex, {token('pc', 'pc')} AS pc, {PARTS}"
    return f"{token('nhs', 'nhs')} AS nhs, dob_token AS dob, {SEXTOK} AS sex, pc_token AS pc"
DICTS = "LEFT JOIN dobs USING (dob) LEFT JOIN pcs USING (pc)" if TOK and not ROW else ""


# OPEN: partial DOB = any two of year, month, day agree, or year agrees with month and day swapped (HES-DID stages 1 and 2).
if TOK: PARTIAL = "(h.ym = d.ym OR h.yd = d.yd OR h.md = d.md OR h.sw = d.ymd)" if ROW else "(hd.ym = dd.ym OR hd.yd = dd.yd OR hd.md = dd.md OR hd.sw = dd.ymd)"
else:
    eq = lambda f: f"CAST({f}(h.dob) = {f}(d.dob) AS TINYINT)"
    PARTIAL = f"({eq('year')} + {eq('month')} + {eq('day')} >= 2 OR (year(h.dob) = year(d.dob) AND month(h.dob) = day(d.dob) AND day(h.dob) = month(d.dob)))"
SEXPC, S, P_ = "h.sex = d.sex AND h.pc = d.pc", "h.sex = d.sex", "h.pc = d.pc"
RANK_A = f"""CASE WHEN h.dob = d.dob AND {SEXPC} THEN 1 WHEN h.dob = d.dob AND {S} THEN 2 WHEN {SEXPC} AND {PARTIAL} THEN 3
             WHEN {S} AND {PARTIAL} THEN 4 WHEN {P_} THEN 5 ELSE 8 END"""
# OPEN: the 1 January flag and the communal flag are of the agreed value, so the death's will do.
RANK_B = "CASE WHEN NOT d.jan1 AND NOT d.comm THEN 6 WHEN NOT d.jan1 THEN 7 END"
# OPEN: contradiction is judged record by record (identity against death), not over all the numbers of the person. Equal numbers are pass A's (rank 1).
NOT_CONTRA = "(h.nhs IS NULL OR d.nhs IS NULL)"


def clean_deaths():
    run("deaths", f"CREATE TEMP TABLE communal AS SELECT DISTINCT replace(postcode, 'O', '0') AS postcode FROM read_parquet('{a.data}/communal.parquet')")
    cleaned = f"SELECT death_id, {NHS} AS nhs, {DOB} AS dob, {SEX} AS sex, {PC} AS pc, dod, nhs_number FROM {DEATHS}"
    if not DICTS:
        return run("deaths", f"CREATE TEMP TABLE d AS SELECT death_id, {columns()}, dod{FLAGS}{'' if TOK else ', CASE WHEN nhs IS NOT NULL THEN nhs_number END AS nhs_s'} FROM ({cleaned})")
    run("deaths", f"CREATE TEMP TABLE d0 AS {cleaned}")
    run("dictionaries", f"""CREATE TEMP TABLE dobs AS SELECT dob, {token('dob', 'dob')} AS dob_token, {PARTS} FROM (SELECT dob FROM ids0 UNION SELECT dob FROM d0) WHERE dob IS NOT NULL""")
    run("dictionaries", f"""CREATE TEMP TABLE pcs AS SELECT pc, {token('pc', 'pc')} AS pc_token FROM (SELECT pc FROM ids0 UNION SELECT pc FROM d0) WHERE pc IS NOT NULL""")
    run("deaths", f"CREATE TEMP TABLE d AS SELECT death_id, {columns()}, dod{FLAGS} FROM d0 {DICTS}")


def plan_index():
    """Distinct identities first (as HES does), on the raw columns, so that checking and tokens are paid once an identity; then two joins."""
    if ROW:
        run("identities", f"""CREATE TEMP TABLE ids AS SELECT pk, nhs, any_value(dob) AS dob, sex, pc, any_value(ym) AS ym,
            any_value(yd) AS yd, any_value(md) AS md, ymd, any_value(sw) AS sw, max(admidate) AS last
            FROM (SELECT {token('pk', 'person_key')} AS pk, {columns()}, admidate
                  FROM (SELECT person_key, {NHS} AS nhs, {DOB} AS dob, {SEX} AS sex, {PC} AS pc, admidate FROM {HES})) GROUP BY pk, nhs, ymd, sex, pc""")
        clean_deaths()
    else:
        run("identities", f"""CREATE TEMP TABLE {'ids0' if TOK else 'ids'} AS SELECT person_key AS pk, {NHS} AS nhs, {DOB} AS dob, {SEX} AS sex, {PC} AS pc, last FROM (
            SELECT person_key, nhs_number, dob, sex, postcode, max(admidate) AS last FROM {HES} GROUP BY person_key, nhs_number, dob, sex, postcode)""")
        clean_deaths()
        if TOK: run("identity tokens", f"CREATE TEMP TABLE ids AS SELECT pk, {columns()}, last FROM ids0 {DICTS}")
    parts = "LEFT JOIN dobs hd ON hd.dob_token = h.dob LEFT JOIN dobs dd ON dd.dob_token = d.dob" if DICTS else ""
    run("pass A", f"CREATE TEMP TABLE ca AS SELECT d.death_id, h.pk, d.dod, {RANK_A} AS rank FROM ids h JOIN d ON h.nhs = d.nhs {parts}")
    run("pass B", f"""CREATE TEMP TABLE cb AS SELECT d.death_id, h.pk, d.dod, {RANK_B} AS rank FROM ids h JOIN d ON h.dob = d.dob AND h.sex = d.sex AND h.pc = d.pc
        WHERE NOT d.jan1 AND {NOT_CONTRA}""")
    run("pairs+guard", f"""CREATE TEMP TABLE pairs AS SELECT c.* FROM (SELECT death_id, pk, any_value(dod) AS dod, min(rank) AS rank FROM (FROM ca UNION ALL FROM cb) GROUP BY death_id, pk) c
        JOIN (SELECT pk, max(last) AS last FROM ids WHERE pk IN (SELECT pk FROM ca UNION ALL SELECT pk FROM cb) GROUP BY pk) l USING (pk) WHERE l.last <= c.dod + 3""")


def plan_direct():
    """No index: a HES value equal to a valid death value is itself valid (a postcode only up to the folding), so only the deaths are checked up front; rows probe the
    deaths as they are read, and a second scan finds the last activity."""
    assert not TOK
    clean_deaths()
    h = f"(SELECT person_key AS pk, nhs_number, dob, sex, postcode, replace(postcode, 'O', '0') AS pc FROM {HES})"; ok = PC_OK.replace("postcode", "h.postcode")
    run("pass A", f"""CREATE TEMP TABLE ca AS SELECT death_id, pk, any_value(dod) AS dod, min(rank) AS rank FROM (SELECT d.death_id, h.pk, d.dod,
        {RANK_A.replace("h.pc = d.pc", f"h.pc = d.pc AND {ok}")} AS rank FROM {h.replace("dob,", DOB + " AS dob,")} h JOIN d ON h.nhs_number = d.nhs_s) GROUP BY death_id, pk""")
    run("pass B", f"""CREATE TEMP TABLE cb AS SELECT death_id, pk, any_value(dod) AS dod, min(rank) AS rank FROM (SELECT d.death_id, h.pk, d.dod, {RANK_B} AS rank
        FROM {h} h JOIN d ON h.dob = d.dob AND h.sex = d.sex AND h.pc = d.pc
        WHERE NOT d.jan1 AND {ok} AND (d.nhs IS NULL OR ({NHS.replace('nhs_number', 'h.nhs_number')}) IS NULL)) GROUP BY death_id, pk""")
    run("pairs+guard", f"""CREATE TEMP TABLE pairs AS SELECT c.* FROM (SELECT death_id, pk, any_value(dod) AS dod, min(rank) AS rank FROM (FROM ca UNION ALL FROM cb) GROUP BY death_id, pk) c
        JOIN (SELECT person_key AS pk, max(admidate) AS last FROM {HES} WHERE person_key IN (SELECT pk FROM ca UNION ALL SELECT pk FROM cb) GROUP BY pk) l USING (pk)
        WHERE l.last <= c.dod + 3""")


def resolve():
    """OPEN: the guard acts before the choice. best: each death keeps its best person, then each person its best death. steps: rank by rank, both sides used up as they match.
    OPEN: ties on rank go to the smaller key (of the token where rows were tokenised: then links depend on the secret); the count of ties is reported."""
    if a.resolve == "best":
        run("resolve", """CREATE TEMP TABLE links AS SELECT death_id, pk, rank FROM (
            SELECT * FROM pairs QUALIFY row_number() OVER (PARTITION BY death_id ORDER BY rank, pk) = 1) QUALIFY row_number() OVER (PARTITION BY pk ORDER BY rank, death_id) = 1""")
    else:
        run("resolve", "CREATE TEMP TABLE links AS SELECT death_id, pk, rank FROM pairs LIMIT 0")
        for r in range(1, 9):
            run("resolve", f"""INSERT INTO links SELECT death_id, pk, rank FROM (SELECT * FROM pairs WHERE rank = {r} AND death_id NOT IN (SELECT death_id FROM links)
                AND pk NOT IN (SELECT pk FROM links) QUALIFY row_number() OVER (PARTITION BY death_id ORDER BY pk) = 1) QUALIFY row_number() OVER (PARTITION BY pk ORDER BY death_id) = 1""")
    run("write", f"COPY (SELECT death_id, {'pk' if ROW else token('pk', 'pk')} AS pk, rank FROM links) TO '{a.out}' (FORMAT parquet, COMPRESSION zstd)")


rep = {"task": a.task, "plan": a.plan, "token": a.token, "token_where": a.token_where, "resolve": a.resolve, "threads": a.threads}
if a.task == "floor":
    rep["rows"] = run("floor", f"""SELECT count(*), max(person_key), max(nhs_number), max(dob), max(sex), max(postcode), max(admidate) FROM {HES}""")[0][0]
    run("floor", f"SELECT count(*), max(nhs_number), max(dob), max(sex), max(postcode), max(dod) FROM {DEATHS}")
else:
    (plan_index if a.plan == "index" else plan_direct)(); resolve()
rep.update(stages_wall_cpu=stages, wall=round(time.perf_counter() - t0, 2), cpu=round(cpu(), 2), peak_rss_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, load_start=round(load0, 2))
if a.task == "link":                                                                            # after the clock
    rep["links"] = con.execute("SELECT count(*) FROM links").fetchone()[0]
    rep["by_rank"] = dict(con.execute("SELECT rank, count(*) FROM links GROUP BY 1 ORDER BY 1").fetchall()); rep["pairs"] = con.execute("SELECT count(*) FROM pairs").fetchone()[0]
    if a.plan == "index": rep["identities"] = con.execute("SELECT count(*) FROM ids").fetchone()[0]
if a.variants:                                                                                  # how much the open decisions matter, after the clock
    q = lambda s: con.execute(s).fetchone()[0]
    rep["open"] = {
        "deaths with a tie at best rank": q("SELECT count(*) FROM (SELECT death_id FROM (SELECT death_id, rank, min(rank) OVER (PARTITION BY death_id) b FROM pairs) WHERE rank = b GROUP BY 1 HAVING count(*) > 1)"),
        "persons with a tie at best rank": q("SELECT count(*) FROM (SELECT pk FROM (SELECT pk, rank, min(rank) OVER (PARTITION BY pk) b FROM pairs) WHERE rank = b GROUP BY 1 HAVING count(*) > 1)"),
        "deaths with several persons": q("SELECT count(*) FROM (SELECT death_id FROM pairs GROUP BY 1 HAVING count(*) > 1)"),
        "persons with several deaths": q("SELECT count(*) FROM (SELECT pk FROM pairs GROUP BY 1 HAVING count(*) > 1)")}
    truth = f"{a.data}/truth.parquet"
    if os.path.exists(truth): rep["false links by rank"] = dict(con.execute(f"""SELECT rank, count(*) FROM links l ANTI JOIN read_parquet('{truth}') t
        ON l.death_id = t.death_id AND l.pk = t.person_key GROUP BY 1 ORDER BY 1""").fetchall())
    if a.plan == "index":
        other = """FROM links l JOIN d USING (death_id) WHERE l.rank IN (6, 7) AND d.nhs IS NOT NULL AND EXISTS (SELECT 1 FROM ids h WHERE h.pk = l.pk AND h.nhs IS NOT NULL AND h.nhs <> d.nhs)"""
        rep["open"]["rank 6-7 links whose person has another valid number than the death's"] = q(f"SELECT count(*) {other}")
        if os.path.exists(truth): rep["open"]["of these true"] = q(f"SELECT count(*) FROM (SELECT l.* {other}) l SEMI JOIN read_parquet('{truth}') t ON l.death_id = t.death_id AND l.pk = t.person_key")
        rep["open"]["pairs lost to the guard"] = q("SELECT count(*) FROM (SELECT DISTINCT death_id, pk FROM (FROM ca UNION ALL FROM cb))") - rep["pairs"]
        b = f"d ON h.dob = d.dob AND h.sex = d.sex AND h.pc = d.pc WHERE NOT d.jan1 AND {NOT_CONTRA}"
        rep["open"]["pairs kept if the guard used only the matching identity's last activity"] = q(f"""SELECT count(DISTINCT (death_id, pk)) FROM (
            SELECT d.death_id, h.pk FROM ids h JOIN d ON h.nhs = d.nhs WHERE h.last <= d.dod + 3 UNION ALL SELECT d.death_id, h.pk FROM ids h JOIN {b} AND h.last <= d.dod + 3)""")
        two = " + ".join(f"CAST({f}(h.dob) = {f}(d.dob) AS TINYINT)" for f in ("year", "month", "day")); j = "FROM ids h JOIN d ON h.nhs = d.nhs AND h.sex = d.sex WHERE h.dob <> d.dob AND"
        if not TOK: rep["open"]["identity pairs with NHS and sex equal, DOB different: two of three, swapped only, month and year only"] = [q(f"SELECT count(*) {j} {c}") for c in (
            f"{two} >= 2", f"{two} < 2 AND {PARTIAL}", "year(h.dob) = year(d.dob) AND month(h.dob) = month(d.dob)")] + [q(f"SELECT count(*) {j} true")]
if not TOK and a.task == "link" and os.path.exists(f"{a.data}/truth.parquet"):
    rep["true_links"] = con.execute(f"SELECT count(*) FROM links l JOIN read_parquet('{a.data}/truth.parquet') t ON l.death_id = t.death_id AND l.pk = t.person_key").fetchone()[0]
print(json.dumps(rep))
if a.json:
    with open(a.json, "a") as f: f.write(json.dumps(rep) + "\n")
