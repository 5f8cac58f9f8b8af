use crate::domain::link::Link;
use crate::domain::problem::Problem;
pub struct SimulatedNotion;
pub struct ExampleToken {
    pub token: &'static str,
    pub who: &'static str,
    pub what_happens: &'static str,
}
impl SimulatedNotion {
    pub fn bind() -> Result<Self, Problem> {
        Ok(Self)
    }
    pub fn base_url(&self) -> String {
        "http://127.0.0.1:9".into()
    }
    pub fn portal(&self) -> Link {
        Link::checked("http://127.0.0.1:9/x").unwrap()
    }
    pub fn example_tokens() -> &'static [ExampleToken] {
        &[]
    }
    pub async fn serve(self) {
        std::future::pending().await
    }
}
