//! `/api/notes`: GET lists notes, POST adds a note. The state is made once, before the first request.

use std::collections::VecDeque;
use std::process::ExitCode;
use std::sync::Arc;

use api_routes::{ApiRequest, ApiResponse, KB, Method, Result, Route, route};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

/// The state, where a real function has the client of a database. Each sandbox has its own memory, and Lambda may end
/// it at any time: another request may see other notes, or none.
type Notes = Arc<Mutex<VecDeque<Note>>>;

/// The highest number of notes that are kept, to limit memory.
const KEPT: usize = 100;

#[derive(Clone, Deserialize, Serialize)]
struct Note {
    text: String,
}

async fn handler(req: ApiRequest, res: ApiResponse, notes: Notes) -> Result {
    match *req.method() {
        Method::GET => res.json(&*notes.lock().await),
        Method::POST => {
            let note: Note = req.body()?;
            add(&notes, note.clone()).await;
            res.status(201).json(note)
        }
        _ => res.method_not_allowed(&[Method::GET, Method::POST]),
    }
}

async fn add(notes: &Notes, note: Note) {
    let mut notes = notes.lock().await;
    notes.push_back(note);
    if notes.len() > KEPT {
        notes.pop_front();
    }
}

/// Makes the state, once, in the init phase of Lambda. If it fails, the function does not start.
async fn connect() -> Result<Notes> {
    Ok(Notes::default())
}

fn route() -> Route<Notes> {
    route!(handler).body_limit(4 * KB)
}

fn main() -> ExitCode {
    route().run_with(connect)
}

#[cfg(test)]
mod tests;
