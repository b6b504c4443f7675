"""Compares the links of Counterfoil and of link_duckdb.py (on clear values) pair by pair.

    python compare_links.py DATA OURS THEIRS

DATA as gen.py writes it, OURS a `links.parquet` of the job that run.py writes, THEIRS an output of
link_duckdb.py with --token none. Prints one line of JSON: links in both (and of these, with the
same rank), only in one, how many of them are true, and why those that only they have are not ours:

    death_tied    we link the death too, to another person at the same rank
    person_tied   else: we link the person too, to another death at the same rank
    follows       else: death or person is one whose link differs for one of these reasons
    else          none of that
"""

import json
import sys

import duckdb


def main():
    data, ours, theirs = sys.argv[1:]
    connection = duckdb.connect()
    for name, query in tables(data, ours, theirs).items():
        connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
    count = lambda query: connection.execute(f"SELECT count(*) {query}").fetchone()[0]
    both = "FROM ours JOIN theirs USING (death_id, person_key)"
    compared = {"both": count(both), "same_rank": count(f"{both} WHERE ours.rank = theirs.rank")}
    for only in ["only_ours", "only_theirs"]:
        true = f"FROM {only} SEMI JOIN truth USING (death_id, person_key)"
        compared[only] = {"links": count(f"FROM {only}"), "true": count(true)}
    compared["why"] = {why: count(f"FROM why WHERE why = '{why}'") for why in ["death_tied", "person_tied", "follows", "else"]}
    print(json.dumps(compared))


def tables(data, ours, theirs):
    """Name -> query, in the order in which they are made."""
    return {
        "truth": f"FROM read_parquet('{data}/truth.parquet')",
        "ours": f"""SELECT CAST(right_key AS BIGINT) AS death_id, person_key, match_rank AS rank FROM read_parquet('{ours}')
            JOIN read_parquet('{data}/hes/*.parquet') ON hes_row_id = CAST(left_key AS BIGINT)""",
        "theirs": f"SELECT death_id, pk AS person_key, rank FROM read_parquet('{theirs}')",
        "only_ours": "FROM ours ANTI JOIN theirs USING (death_id, person_key)",
        "only_theirs": "FROM theirs ANTI JOIN ours USING (death_id, person_key)",
        "tied": """SELECT death_id, person_key, CASE
            WHEN EXISTS (FROM only_ours o WHERE o.death_id = t.death_id AND o.rank = t.rank) THEN 'death_tied'
            WHEN EXISTS (FROM only_ours o WHERE o.person_key = t.person_key AND o.rank = t.rank) THEN 'person_tied' END AS why
            FROM only_theirs t""",
        # The other ends of the links that differ by a tie.
        "touched": """SELECT o.death_id, o.person_key FROM only_ours o JOIN tied t
            ON o.death_id = t.death_id OR o.person_key = t.person_key WHERE t.why IS NOT NULL""",
        "why": """SELECT death_id, person_key, coalesce(why, CASE
            WHEN death_id IN (SELECT death_id FROM touched) OR person_key IN (SELECT person_key FROM touched) THEN 'follows'
            ELSE 'else' END) AS why FROM tied""",
    }


if __name__ == "__main__":
    main()
