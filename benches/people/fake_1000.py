#!/usr/bin/env python3
"""Splink 5 (DuckDB) on fake_1000 (its own example data), with the models that it documents for them.

 fake_1000.py fake_1000.csv

Prints for each model the best F1 over all thresholds.
"""
import argparse
import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from common import dump, evaluate, n_true

ap = argparse.ArgumentParser(); ap.add_argument("file"); ap.add_argument("--out")
a = ap.parse_args()

CITY_EMAIL = [cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.EmailComparison("email")]
NAMES = [cl.NameComparison("first_name"), cl.NameComparison("surname")]
SURE = ["l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1", "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2", "l.email = r.email"]
DOB = cl.DateOfBirthComparison("dob", input_is_string=True)
# Comparisons, blocking rules, recall of SURE, and rules for training.
MODELS = {
    "tutorial": (NAMES + [cl.LevenshteinAtThresholds("dob", 1)] + CITY_EMAIL,
                 [block_on("first_name", "city"), block_on("surname")], 0.7,
                 [block_on("first_name", "surname"), block_on("dob")]),
    "tutorial, date of birth compared": (NAMES + [DOB] + CITY_EMAIL,
                 [block_on("first_name", "city"), block_on("surname")], 0.7,
                 [block_on("first_name", "surname"), block_on("dob")]),
    "first page": ([NAMES[0], cl.JaroAtThresholds("surname"), DOB] + CITY_EMAIL,
                 [block_on("first_name", "dob"), block_on("surname")], 0.7,
                 [block_on("first_name", "surname"), block_on("email")]),
    "tutorial, date of birth compared, all pairs": (NAMES + [DOB] + CITY_EMAIL, ["1=1"], 0.7,
                 [block_on("first_name", "surname"), block_on("dob")]),
}


def best(comparisons, blocking, recall, training):
    con = duckdb.connect()
    con.execute(f"create table people as select * from read_csv('{a.file}', all_varchar=true)")
    db = DuckDBAPI(connection=con)
    settings = SettingsCreator(link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=blocking)
    linker = Linker(db.register(con.table("people")), settings)
    linker.training.estimate_probability_two_random_records_match(SURE, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict()
    found = con.cursor().execute(f"""select x.cluster = y.cluster as y, p.match_weight w from {pairs.physical_name} p
        join people x on x.unique_id = p.unique_id_l join people y on y.unique_id = p.unique_id_r""").fetchnumpy()
    truth = con.cursor().execute("select cluster from people").fetchnumpy()["cluster"]
    return evaluate(found["y"], found["w"], n_true(truth), {})


dump({name: best(*model) for name, model in MODELS.items()}, a.out)
