//! Conditions by kind of stay and age, as data.
//!
//! Weights are rounded shapes of our own; nothing about the frequency of a disease may be
//! inferred from them. Codes are common ones of ICD-10, OPCS-4 and the healthcare resource
//! groups; which group a code falls into is only roughly right.

use super::condition::{Code, Condition};
use crate::wheel::{Wheel, wheel};

type Conditions = Wheel<Condition>;

const fn is(diagnosis: &[u8; 4], specialty: &'static [u8; 3], group: &'static [u8; 5]) -> Condition {
    Condition::new(diagnosis, specialty, group)
}

/// A healthy baby's stay.
pub(super) static WELL_BABY: Condition = is(b"Z380", b"424", b"PB03Z");

/// Why other babies stay.
pub(super) static BABY: Conditions = wheel!(Condition:
    (30, is(b"P071", b"422", b"PB02Z").with(&[b"P599", b"Z380"])),
    (30, is(b"P599", b"424", b"PB02Z").with(&[b"Z380"])),
    (20, is(b"P220", b"422", b"PB01Z").with(&[b"P073", b"Z380"])),
    (12, is(b"P369", b"422", b"PB01Z").with(&[b"Z380"])),
    (8, is(b"Q249", b"422", b"PB01Z").with(&[b"Z380"])),
);

/// Deliveries by method.
pub(super) static SPONTANEOUS: Condition =
    is(b"O800", b"501", b"NZ30C").operations(&[b"R249"]).with(&[b"Z370", b"O700"]);
pub(super) static FORCEPS: Condition = is(b"O810", b"501", b"NZ40C").operations(&[b"R212"]).with(&[b"Z370"]);
pub(super) static VENTOUSE: Condition = is(b"O814", b"501", b"NZ40C").operations(&[b"R221"]).with(&[b"Z370"]);
pub(super) static ELECTIVE_CAESAREAN: Condition =
    is(b"O820", b"501", b"NZ50C").operations(&[b"R172"]).with(&[b"Z370", b"O342"]);
pub(super) static EMERGENCY_CAESAREAN: Condition =
    is(b"O821", b"501", b"NZ51C").operations(&[b"R182"]).with(&[b"Z370", b"O680"]);

/// What stands in for COVID-19 before there was any.
pub(super) static PNEUMONIA: Condition = is(b"J181", b"300", b"DZ11V");

pub(super) static DAY_CASE_CHILD: Conditions = wheel!(Condition:
    (25, is(b"K029", b"140", b"CD01B").operations(&[b"F101"])),
    (18, is(b"J350", b"120", b"CA60B").operations(&[b"F341"])),
    (12, is(b"H653", b"120", b"CA34B").operations(&[b"D151"])),
    (10, is(b"Q539", b"171", b"LB34B").operations(&[b"N092"])),
    (8, is(b"K409", b"171", b"FF62D").operations(&[b"T192"])),
    (8, is(b"C910", b"420", b"SA24H").operations(&[b"X352"]).with(&[b"Z511"])),
    (6, is(b"H509", b"130", b"BZ60B").operations(&[b"C312"])),
    (5, is(b"G409", b"420", b"AA26H")),
    (5, is(b"K590", b"420", b"FD10M")),
    (3, is(b"R69X", b"420", b"UZ01Z")),
);

pub(super) static DAY_CASE_ADULT: Conditions = wheel!(Condition:
    (10, is(b"K297", b"301", b"FE22Z").operations(&[b"G451"])),
    (9, is(b"K529", b"301", b"FE32Z").operations(&[b"H229"])),
    (8, is(b"C509", b"370", b"SB12Z").operations(&[b"X723"]).with(&[b"Z511"])),
    (7, is(b"Z511", b"800", b"SB13Z").operations(&[b"X721"]).with(&[b"C509"])),
    (6, is(b"D500", b"303", b"SA04K").operations(&[b"X332"])),
    (6, is(b"K409", b"100", b"FF62D").operations(&[b"T202"])),
    (6, is(b"M233", b"110", b"HN24D").operations(&[b"W822", b"Z846"])),
    (5, is(b"N92X", b"502", b"MA31Z").operations(&[b"Q181"])),
    (5, is(b"G560", b"110", b"HN44D").operations(&[b"A651"])),
    (5, is(b"K802", b"100", b"GA10K").operations(&[b"J183", b"Y752"])),
    (4, is(b"O021", b"502", b"MA51Z").operations(&[b"Q111"])),
    (4, is(b"K011", b"140", b"CD03A").operations(&[b"F091"])),
    (4, is(b"M545", b"191", b"AB16Z").operations(&[b"A521"])),
    (4, is(b"N978", b"502", b"MC12Z").operations(&[b"Q131"])),
    (4, is(b"L578", b"330", b"JC43C").operations(&[b"S065"])),
    (3, is(b"G35X", b"400", b"AA30F").operations(&[b"X352"])),
    (3, is(b"K509", b"301", b"FD02H").operations(&[b"X921"])),
    (3, is(b"R69X", b"300", b"UZ01Z")),
    (2, is(b"I839", b"107", b"YR30Z").operations(&[b"L841"])),
);

pub(super) static DAY_CASE_OLD: Conditions = wheel!(Condition:
    (22, is(b"H251", b"130", b"BZ34A").operations(&[b"C751", b"C712"]).with(&[b"H409"])),
    (9, is(b"H353", b"130", b"BZ87A").operations(&[b"C794", b"X848"])),
    (9, is(b"K529", b"301", b"FE32Z").operations(&[b"H229"])),
    (8, is(b"K297", b"301", b"FE22Z").operations(&[b"G451"])),
    (7, is(b"N40X", b"101", b"LB72A").operations(&[b"M459"])),
    (7, is(b"C61X", b"101", b"LB76Z").operations(&[b"M702"])),
    (7, is(b"C679", b"101", b"LB72A").operations(&[b"M459"])),
    (6, is(b"C189", b"370", b"SB12Z").operations(&[b"X723"]).with(&[b"Z511"])),
    (5, is(b"C900", b"303", b"SB13Z").operations(&[b"X721"]).with(&[b"Z511"])),
    (5, is(b"D500", b"303", b"SA04K").operations(&[b"X332"])),
    (4, is(b"C443", b"330", b"JC42C").operations(&[b"S065"])),
    (4, is(b"I48X", b"320", b"EY45Z").operations(&[b"X502"])),
    (3, is(b"K409", b"100", b"FF62D").operations(&[b"T202"])),
    (2, is(b"I442", b"320", b"EY08E").operations(&[b"K601"])),
    (2, is(b"R69X", b"300", b"UZ01Z")),
);

pub(super) static REGULAR: Conditions = wheel!(Condition:
    (70, is(b"N185", b"361", b"LD01A").operations(&[b"X403"]).with(&[b"Z992", b"D631"])),
    (20, is(b"Z491", b"361", b"LD01A").operations(&[b"X403"]).with(&[b"N185"])),
    (10, is(b"Z511", b"370", b"SB13Z").operations(&[b"X721"]).with(&[b"C509"])),
);

pub(super) static ELECTIVE_CHILD: Conditions = wheel!(Condition:
    (30, is(b"J350", b"120", b"CA60B").operations(&[b"F341"])),
    (15, is(b"J353", b"120", b"CA60B").operations(&[b"F341", b"E201"])),
    (12, is(b"Q371", b"219", b"CA81Z").operations(&[b"F032"])),
    (10, is(b"Q210", b"221", b"EC21B").operations(&[b"K113"])),
    (10, is(b"G409", b"421", b"AA26H")),
    (10, is(b"M419", b"214", b"HC51B").operations(&[b"V411"])),
    (8, is(b"C910", b"260", b"PM41B").operations(&[b"X352"])),
    (5, is(b"R69X", b"420", b"UZ01Z")),
);

/// A new hip or knee, and a joint replaced again: what patients are asked about in PROMs.
pub(super) static HIP: Condition = is(b"M161", b"110", b"HN12C").operations(&[b"W371", b"Z843"]);
pub(super) static KNEE: Condition = is(b"M171", b"110", b"HN22C").operations(&[b"W401", b"Z846"]);
pub(super) static HIP_AGAIN: Condition =
    is(b"T840", b"110", b"HN80C").operations(&[b"W373", b"Z843"]).caused_by(b"Y831");
pub(super) static KNEE_AGAIN: Condition =
    is(b"T840", b"110", b"HN81C").operations(&[b"W403", b"Z846"]).caused_by(b"Y831");

pub(super) static ELECTIVE_ADULT: Conditions = wheel!(Condition:
    (14, is(b"K802", b"100", b"GA10K").operations(&[b"J183", b"Y752"])),
    (10, is(b"C509", b"103", b"JA38B").operations(&[b"B274", b"T852"]).with(&[b"Z853"])),
    (9, is(b"D259", b"502", b"MA07G").operations(&[b"Q074"])),
    (7, is(b"M511", b"108", b"HC63C").operations(&[b"V337"])),
    (7, is(b"E660", b"100", b"FF11B").operations(&[b"G281"]).with(&[b"E119", b"G473"])),
    (7, is(b"N200", b"101", b"LB05E").operations(&[b"M094"])),
    (6, is(b"S832", b"110", b"HN23D").operations(&[b"W742", b"Z846"])),
    (5, is(b"I251", b"320", b"EY41C").operations(&[b"K751"]).with(&[b"I209", b"I10X"])),
    (5, is(b"C189", b"100", b"FF31C").operations(&[b"H079", b"Y752"])),
    (5, is(b"J342", b"120", b"CA11B").operations(&[b"E036"])),
    (4, is(b"N812", b"502", b"MA04C").operations(&[b"P231"])),
    (3, is(b"Z520", b"361", b"LA14Z").operations(&[b"M025"])),
    (2, is(b"R69X", b"300", b"UZ01Z")),
);

pub(super) static ELECTIVE_OLD: Conditions = wheel!(Condition:
    (9, is(b"C189", b"100", b"FF31C").operations(&[b"H079", b"Y752"])),
    (8, is(b"I251", b"320", b"EY41C").operations(&[b"K751"]).with(&[b"I209", b"I10X"])),
    (7, is(b"N40X", b"101", b"LB25E").operations(&[b"M653"])),
    (6, is(b"C679", b"101", b"LB15E").operations(&[b"M421"])),
    (6, is(b"I350", b"170", b"ED22B").operations(&[b"K263"])),
    (6, is(b"K802", b"100", b"GA10K").operations(&[b"J183", b"Y752"])),
    (5, is(b"C509", b"103", b"JA38B").operations(&[b"B274", b"T852"])),
    (4, is(b"C61X", b"101", b"LB69Z").operations(&[b"M613"])),
    (4, is(b"I714", b"107", b"YQ04B").operations(&[b"L271"])),
    (3, is(b"C340", b"173", b"DZ02H").operations(&[b"E543"])),
    (2, is(b"R69X", b"300", b"UZ01Z")),
);

pub(super) static EMERGENCY_CHILD: Conditions = wheel!(Condition:
    (18, is(b"J219", b"420", b"PD15C")),
    (14, is(b"B349", b"420", b"PW20C")),
    (10, is(b"J069", b"420", b"PD11C")),
    (9, is(b"A099", b"420", b"PF21B")),
    (8, is(b"J459", b"420", b"PD12C").avoidable()),
    (7, is(b"R560", b"420", b"PR02C")),
    (6, is(b"S525", b"110", b"HE41C").caused_by(b"W091").operations(&[b"W262"])),
    (6, is(b"S099", b"180", b"AA26H").caused_by(b"W199")),
    (5, is(b"K359", b"171", b"FF36D").operations(&[b"H012"])),
    (5, is(b"R104", b"420", b"PF26B")),
    (4, is(b"N390", b"420", b"PL68B").avoidable()),
    (4, is(b"T391", b"420", b"WH04E").caused_by(b"X609")),
    (2, is(b"E109", b"420", b"PK67B").avoidable()),
    (2, is(b"R69X", b"420", b"UZ01Z")),
);

pub(super) static EMERGENCY_ADULT: Conditions = wheel!(Condition:
    (16, is(b"R074", b"300", b"EB12C")),
    (11, is(b"R104", b"100", b"FD05B")),
    (6, is(b"L031", b"300", b"JD07K").avoidable()),
    (5, is(b"J181", b"300", b"DZ11V").with(&[b"J960"])),
    (5, is(b"N390", b"300", b"LA04S").avoidable()),
    (5, is(b"T391", b"300", b"WH04E").caused_by(b"X609").with(&[b"F329"])),
    (5, is(b"F100", b"300", b"WH11Z").alcohol(1.0).with(&[b"F102", b"K709"])),
    (5, is(b"K359", b"100", b"FF36D").operations(&[b"H011"])),
    (4, is(b"I214", b"320", b"EB10D").operations(&[b"K633"]).with(&[b"I251"])),
    (4, is(b"R51X", b"300", b"AA31E")),
    (4, is(b"G409", b"400", b"AA26G").avoidable()),
    (4, is(b"K810", b"100", b"GA10J").operations(&[b"J183"])),
    (4, is(b"S525", b"110", b"HE41C").caused_by(b"W199").operations(&[b"W262"])),
    (4, is(b"J459", b"340", b"DZ15R").avoidable()),
    (3, is(b"I269", b"300", b"DZ09N")),
    (3, is(b"A419", b"300", b"WJ06E").with(&[b"N179", b"J189"])),
    (3, is(b"K922", b"301", b"FD03F").operations(&[b"G459"]).alcohol(0.1)),
    (3, is(b"S099", b"180", b"AA26H").caused_by(b"W199").operations(&[b"U051"]).alcohol(0.2)),
    (3, is(b"O471", b"501", b"NZ20B")),
    (2, is(b"K859", b"100", b"GC17J").alcohol(0.3)),
    (2, is(b"U071", b"300", b"DZ19L").with(&[b"J128"])),
    (1, is(b"E101", b"300", b"KB01H").avoidable()),
    (1, is(b"K703", b"301", b"GC01E").alcohol(1.0).with(&[b"F102"])),
    (2, is(b"R69X", b"300", b"UZ01Z")),
);

pub(super) static EMERGENCY_OLD: Conditions = wheel!(Condition:
    (12, is(b"J181", b"430", b"DZ11R").with(&[b"J960"])),
    (10, is(b"N390", b"430", b"LA04N").avoidable()),
    (8, is(b"R074", b"300", b"EB12B")),
    (7, is(b"S720", b"110", b"HE11D").caused_by(b"W199").operations(&[b"W461", b"Z843"])),
    (6, is(b"I500", b"320", b"EB03C").avoidable().with(&[b"I48X"])),
    (6, is(b"J440", b"340", b"DZ65H").avoidable()),
    (6, is(b"A419", b"300", b"WJ06C").with(&[b"N179", b"J189"])),
    (5, is(b"I639", b"328", b"AA35D").operations(&[b"U051"]).with(&[b"I48X", b"G819"])),
    (5, is(b"R296", b"430", b"WH09F").caused_by(b"W199")),
    (5, is(b"N179", b"361", b"LA07M")),
    (4, is(b"I214", b"320", b"EB10C").operations(&[b"K633"]).with(&[b"I251"])),
    (4, is(b"R55X", b"300", b"EB08C")),
    (4, is(b"L031", b"300", b"JD07H").avoidable()),
    (3, is(b"K922", b"301", b"FD03E").operations(&[b"G459"])),
    (3, is(b"I48X", b"320", b"EB07C")),
    (3, is(b"S099", b"180", b"AA26F").caused_by(b"W199").operations(&[b"U051"])),
    (3, is(b"F059", b"430", b"WD01Z").with(&[b"F03X"])),
    (2, is(b"U071", b"300", b"DZ19L").with(&[b"J128"])),
    (2, is(b"K566", b"100", b"FF53B")),
    (2, is(b"R69X", b"300", b"UZ01Z")),
);

/// What people die of in hospital.
pub(super) static FATAL: Conditions = wheel!(Condition:
    (20, is(b"J181", b"430", b"DZ11Q").with(&[b"J960", b"N179"])),
    (12, is(b"A419", b"300", b"WJ06A").with(&[b"N179", b"R572"])),
    (10, is(b"I500", b"320", b"EB03A").with(&[b"I48X", b"N179"])),
    (9, is(b"I639", b"328", b"AA35A").operations(&[b"U051"]).with(&[b"I48X", b"G819"])),
    (8, is(b"I214", b"320", b"EB10A").with(&[b"R570"])),
    (8, is(b"J440", b"340", b"DZ65D").with(&[b"J969"])),
    (8, is(b"C349", b"340", b"DZ17P").with(&[b"C787", b"Z515"])),
    (6, is(b"C189", b"100", b"FD11D").with(&[b"C787", b"Z515"])),
    (5, is(b"S720", b"110", b"HE11B").caused_by(b"W199").operations(&[b"W461", b"Z843"])),
    (5, is(b"N179", b"361", b"LA07H")),
    (5, is(b"U071", b"300", b"DZ19H").with(&[b"J128", b"J960"])),
    (4, is(b"K703", b"301", b"GC01C").alcohol(1.0).with(&[b"K767"])),
);

/// Long-standing conditions that are coded beside others, from middle age on.
pub(crate) static COMORBIDITIES_OLD: Wheel<&Code> = wheel!(&Code:
    (34, b"I10X"),
    (16, b"E119"),
    (16, b"I48X"),
    (14, b"I259"),
    (14, b"N183"),
    (12, b"J449"),
    (10, b"Z867"),
    (10, b"M199"),
    (9, b"E780"),
    (9, b"Z921"),
    (8, b"F03X"),
    (8, b"I509"),
    (8, b"Z501"),
    (7, b"H919"),
    (7, b"D649"),
    (6, b"M819"),
    (6, b"Z853"),
    (6, b"E039"),
    (6, b"K219"),
    (5, b"R54X"),
    (5, b"N40X"),
    (5, b"F329"),
    (5, b"Z741"),
    (4, b"I739"),
    (4, b"G20X"),
    (4, b"R296"),
    (4, b"L979"),
    (4, b"Z950"),
    (3, b"K573"),
    (3, b"E876"),
);

/// The same for the young.
pub(crate) static COMORBIDITIES_YOUNG: Wheel<&Code> = wheel!(&Code:
    (40, b"J459"),
    (30, b"F329"),
    (24, b"F171"),
    (18, b"E669"),
    (14, b"Z880"),
    (14, b"G439"),
    (12, b"F419"),
    (12, b"I10X"),
    (10, b"D509"),
    (10, b"L309"),
    (10, b"K219"),
    (8, b"E109"),
    (8, b"G409"),
    (8, b"F102"),
    (6, b"E119"),
    (6, b"K589"),
    (6, b"Z720"),
    (5, b"F840"),
    (5, b"F603"),
    (5, b"B182"),
    (5, b"R51X"),
);

/// Imaging coded as a procedure in emergency stays.
pub(crate) static IMAGING: Wheel<&Code> = wheel!(&Code:
    (30, b"U051"),
    (25, b"U212"),
    (15, b"U202"),
    (12, b"U071"),
    (10, b"U354"),
    (8, b"U111"),
);
