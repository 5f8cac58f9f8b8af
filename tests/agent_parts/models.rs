//! The language models of agents that connect to their servers only in a session: each answers one word, and asks for no tool.

use crate::support::notion::{FakeNotion, Request, Response};
use serde_json::{Value, json};

pub(crate) fn start() -> FakeNotion {
    FakeNotion::start(respond)
}

fn respond(request: &Request) -> Response {
    match request.path() {
        // <https://platform.openai.com/docs/api-reference/responses-streaming>
        "/v1/responses" => {
            let message = json!({ "type": "message", "role": "assistant", "id": "m", "content": [{ "type": "output_text", "text": "done" }] });
            let usage = json!({ "input_tokens": 1, "output_tokens": 1, "total_tokens": 2 });
            let events = [
                json!({ "type": "response.created", "response": { "id": "r" } }),
                json!({ "type": "response.output_item.done", "item": message }),
                json!({ "type": "response.completed", "response": { "id": "r", "usage": usage } }),
            ];
            Response::events(events.map(|event| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap())).concat())
        }
        // <https://ai.google.dev/api/generate-content>
        path if path.ends_with(":streamGenerateContent") => Response::events(format!("data: {}\n\n", gemini_answer())),
        path if path.ends_with(":generateContent") => Response::json(200, gemini_answer()),
        _ => Response::text(404, ""),
    }
}

fn gemini_answer() -> Value {
    let content = json!({ "role": "model", "parts": [{ "text": "done" }] });
    let usage = json!({ "promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2 });
    json!({ "candidates": [{ "content": content, "finishReason": "STOP", "index": 0 }], "usageMetadata": usage })
}
