//! Frames of every screen state, reached by talking.

use crate::support::conversation::{Conversation, demo_setup, setup};
use crate::support::frames::SIZES;
use crate::support::world::{MEMBER, member};

#[test]
fn peek() {
    for size in SIZES {
        for setup in [setup(), demo_setup()] {
            let mut talk = Conversation::new(setup, size);
            talk.look().keys("1");
            println!("{}", talk.text());
            talk.paste(MEMBER).notion_says(Ok(member()));
            println!("{}", talk.text());
        }
    }
}
