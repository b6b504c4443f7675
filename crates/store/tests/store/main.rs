//! Tests of `counterfoil-store` against files on a real disk.

mod arrow_files;
mod csv_files;
mod damage;
mod folders;
mod parquet_files;
mod publishing;
mod reading;
mod row_groups;
mod secrets;
