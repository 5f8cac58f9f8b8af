//! The dates of shipped content, for `#[serde(with = …)]`: text in TOML and JSON, and three numbers in binary form. Reading a hundred dates
//! as text would take a fourth of the time that loading the catalog takes, and the first frame waits for it.

use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        date.serialize(serializer)
    } else {
        (date.year(), date.month(), date.day()).serialize(serializer)
    }
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    if deserializer.is_human_readable() {
        return Date::deserialize(deserializer);
    }
    let (year, month, day) = Deserialize::deserialize(deserializer)?;
    Date::new(year, month, day).map_err(D::Error::custom)
}
