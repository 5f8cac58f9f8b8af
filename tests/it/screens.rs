use crate::support::frames;
use notion_auth::domain::catalog::Catalog;
use notion_auth::wizard::app::{Model, update};
use notion_auth::wizard::context::Setup;
use notion_auth::wizard::msg::*;
#[test]
fn peek() {
    let setup = Setup {
        catalog: Catalog::shipped().unwrap(),
        demo: None,
        today: "2026-11-22".parse().unwrap(),
        file_place: "~/.config/notion-auth/secrets.json".into(),
        notion_host: "api.notion.com".into(),
        file_was_chosen: false,
    };
    for (c, r) in frames::SIZES {
        let mut m = Model::new(setup.clone(), c, r);
        println!("{}", frames::text(&frames::buffer(&m, Default::default(), c, r)));
        for i in [Intent::Pick(1)] {
            update(&mut m, Msg::Input(Input::Do(i)));
        }
        println!("{}", frames::text(&frames::buffer(&m, Default::default(), c, r)));
        for i in [Intent::Back, Intent::Guide, Intent::Pick(1), Intent::Pick(1), Intent::Pick(2)] {
            update(&mut m, Msg::Input(Input::Do(i)));
        }
        println!("{}", frames::text(&frames::buffer(&m, Default::default(), c, r)));
    }
}
