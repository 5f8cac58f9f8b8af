//! The reminder as a calendar file: what another reader of the format makes of it, and that no file is ever overwritten.

use super::machine;
use crate::support::sandbox::Sandbox;
use icalendar::{Calendar, CalendarComponent, Component};
use serde_json::json;
use std::fs;

fn write(home: &Sandbox, name: &str, more: &str) -> (Option<i32>, String) {
    let path = home.path().join(name);
    let run = home.run(&format!("rotate --ics {} {more}", path.display()), "");
    (run.exit_code, run.stderr)
}

#[test]
fn another_program_reads_the_event_and_its_alarms() {
    let (_notion, home) = machine();
    let records = fs::read_to_string(home.file("credentials.json")).unwrap();
    let name = "Büro, Söhne; \\ und Töchter ".repeat(6);
    home.write_file("credentials.json", &records.replace("\"Fake Works\"", &json!(name).to_string()));
    assert_eq!(write(&home, "reminder.ics", "--expires 2027-03-01").0, Some(0));
    let text = fs::read_to_string(home.path().join("reminder.ics")).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let calendar: Calendar = text.parse().unwrap();
    let [CalendarComponent::Event(event)] = calendar.components.as_slice() else { panic!("one event: {calendar:?}") };
    assert!(event.get_summary().unwrap().contains(name.trim_end()), "{event:?}");
    assert!(event.get_description().unwrap().contains("notion-auth rotate "), "{event:?}");
    assert_eq!(event.property_value("DTSTART"), Some("20270301"));
    let triggers: Vec<_> = event.components().iter().map(|alarm| alarm.property_value("TRIGGER").unwrap().to_owned()).collect();
    assert_eq!(triggers, ["-P14D", "-P1D"]);
    let again = home.run("rotate --ics - --expires 2027-04-01", "").stdout;
    let uid = |text: &str| text.parse::<Calendar>().unwrap().components[0].as_event().unwrap().get_uid().unwrap().to_owned();
    assert_eq!(uid(&text), uid(&again), "a calendar replaces the event");
}

#[test]
fn a_file_is_never_overwritten_and_a_date_is_never_made_up() {
    let (_notion, home) = machine();
    fs::write(home.path().join("mine.ics"), "mine").unwrap();
    let (exit_code, message) = write(&home, "mine.ics", "--expires 90d");
    assert_eq!(exit_code, Some(1), "{message}");
    assert_eq!(fs::read_to_string(home.path().join("mine.ics")).unwrap(), "mine");
    assert_eq!(write(&home, "no/such/folder.ics", "--expires 90d").0, Some(1));
    let (exit_code, message) = write(&home, "new.ics", "");
    assert_eq!(exit_code, Some(3), "{message}");
    assert!(message.contains("--expires") && !home.path().join("new.ics").exists(), "{message}");
    assert_eq!(write(&home, "new.ics", "--expires 2001-02-03").0, Some(2));
    assert!(!home.path().join("new.ics").exists());
}
