//! The table of the people: who they truly are, for evaluation by subgroup.

use arrow_schema::SchemaRef;
use counterfoil_core::Fault;
use counterfoil_store::RowGroup;

use crate::data_sets::{Area, Columns, FieldChoice, Part};
use crate::population::{Home, Life, World};

/// Columns whose values hardly repeat.
pub(crate) const DISTINCT: &[&str] = &["person", "household"];

/// A person with the place where they last lived.
struct Subject<'a> {
    life: &'a Life,
    home: &'a Home,
    area: Area,
    communal: bool,
}

/// The columns of the table.
pub(crate) fn schema() -> SchemaRef {
    Columns::schema(&FieldChoice::All, fill)
}

/// Appends some people, in order.
pub(crate) fn encode(world: &World, lives: &[Life], row_group: &mut RowGroup) -> Result<(), Fault> {
    let subject = |life| {
        let home = last_home(life);
        let communal = world.places.is_communal(home.place);
        Subject { life, home, area: Area::of(world, home.place), communal }
    };
    let subjects: Vec<Subject<'_>> = lives.iter().map(subject).collect();
    Columns::encode(&subjects, &FieldChoice::All, row_group, fill)
}

fn last_home(life: &Life) -> &Home {
    &life.homes[life.homes.len() - 1]
}

fn fill(columns: &mut Columns<'_, Subject<'_>>) {
    columns.part(Part::Key);
    columns.big("person", |s| Some(s.life.person.index));
    columns.date("birth_date", |s| s.life.person.birth);
    columns.code("sex", |s| if s.life.person.sex == 1 { "male" } else { "female" });
    columns.code("ethnicity", |s| s.life.person.ethnicity);
    columns.int("deprivation_decile", |s| i32::from(s.home.decile));
    columns.code("region", |s| s.area.region_name);
    columns.maybe_date("death_date", |s| s.life.death.as_ref().map(|death| death.day));
    columns.maybe_code("death_place", |s| {
        s.life.death.as_ref().map(|death| if death.in_hospital { "hospital" } else { "elsewhere" })
    });
    columns.maybe_date("arrival_date", |s| s.life.arrival);
    columns.maybe_date("gender_change_date", |s| s.life.nhs.gender_change());
    columns.big("household", |s| Some(s.home.household));
    columns.code("communal", |s| if s.communal { "Y" } else { "N" });
    columns.int("homes", |s| s.life.homes.len() as i32);
    columns.big("mother", |s| s.life.kin.mother);
    columns.big("twin", |s| s.life.kin.twin);
    columns.big("partner", |s| s.life.kin.union.map(|union| union.partner));
}
