use crate::folder::Folder;
fn rows(lines: &[&str]) -> Vec<Vec<String>> {
    lines.iter().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}
#[test]
fn probe() {
    for left_crowd in [0, 30] {
        let folder = Folder::new();
        let mut l = rows(&["h1,p1,4836044502,1950-01-01,1"]);
        l.extend((0..left_crowd).flat_map(|i| rows(&[&format!("x{i},px{i},4926702061,1911-11-11,2")])));
        let mut r = rows(&["d1,4836044502,1950-01-20,1"]);
        if left_crowd == 0 { r.extend((0..30).flat_map(|i| rows(&[&format!("y{i},4993075057,1911-11-11,2")]))); }
        folder.csv("l.csv", &["k", "p", "n", "b", "s"], &l);
        folder.csv("r.csv", &["k", "n", "b", "s"], &r);
        let run = folder.run(r#"
version = 1
name = "x"
[keys]
demo = true
[[data_set]]
name = "l"
files = ["l.csv"]
record_key = "k"
person_key = "p"
roles = { nhs_number = "n", birth_date = "b", sex = "s" }
[[data_set]]
name = "r"
files = ["r.csv"]
record_key = "k"
roles = { nhs_number = "n", birth_date = "b", sex = "s" }
[linkage]
left = "l"
right = "r"
[[linkage.rank]]
rank = 1
agree = ["nhs_number"]
partial = ["birth_date"]
exclude = ["birth_date:first-of-january"]
"#, "out");
        println!("partial+exclude, left crowd {left_crowd}: {:?}", run.links());
    }
    let folder = Folder::new();
    folder.csv("l.csv", &["k", "p", "n", "b", "s"], &rows(&["h1,p1,,1950-01-02,1", "h2,p1,4342852497,,", "h3,p3,4926702061,1930-01-02,1"]));
    folder.csv("r.csv", &["k", "n", "b", "s"], &rows(&["d1,4836044502,1950-01-02,1"]));
    let run = folder.run(r#"
version = 1
name = "x"
[keys]
demo = true
[[data_set]]
name = "l"
files = ["l.csv"]
record_key = "k"
person_key = "p"
roles = { nhs_number = "n", birth_date = "b", sex = "s" }
[[data_set]]
name = "r"
files = ["r.csv"]
record_key = "k"
roles = { nhs_number = "n", birth_date = "b", sex = "s" }
[linkage]
left = "l"
right = "r"
options = { contradiction = "any-record-of-person" }
[[linkage.rank]]
rank = 1
agree = ["birth_date", "sex"]
not_contradict = ["nhs_number"]
[[linkage.rank]]
rank = 2
agree = ["birth_date"]
"#, "out");
    println!("any-record falls to rank 2? {:?}", run.links());
    // keep-all with extract
    let folder = Folder::new();
    folder.csv("l.csv", &["EPIKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART"], &rows(&["h1,p1,4836044502,1950-01-02,1,LS1  4AP,2019-01-01"]));
    folder.csv("r.csv", &["k", "n", "b", "s","h","d"], &rows(&["d1,4836044502,1950-01-02,1,LS1 4AP,2019-02-01","d2,4836044502,1950-01-02,1,LS1 4AP,2019-02-01"]));
    let job = |o: &str| format!(r#"
version = 1
name = "x"
[keys]
demo = true
[[data_set]]
name = "l"
is = "hes-apc"
files = ["l.csv"]
[[data_set]]
name = "r"
files = ["r.csv"]
record_key = "k"
roles = {{ nhs_number = "n", birth_date = "b", sex = "s", postcode = "h", death_date = "d" }}
[linkage]
left = "l"
right = "r"
recipe = "hes-deaths"
options = {{ {o} }}
[[output]]
kind = "extract"
data_set = "r"
"#);
    println!("keep-all extract: {:?}", folder.try_run(&job("resolution = \"keep-all\""), "out", 1).map(drop));
    folder.csv("l.csv", &["EPIKEY", "TOKEN_PERSON_ID", "NEWNHSNO", "DOB", "SEX", "HOMEADD", "EPISTART"], &rows(&["h1,,4836044502,1950-01-02,1,LS1  4AP,2019-01-01","h1,,4836044502,1950-01-02,1,LS1  4AP,2018-01-01"]));
    println!("repeated record key without person key: {:?}", folder.try_run(&job(""), "out2", 1).map(drop));
    println!("left over: {:?}", std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>());
}
