//! `/api/notes/[id]`: GET reads a note from a DynamoDB table, PUT writes it, DELETE removes it.

use std::env;
use std::process::ExitCode;

use api_routes::{ApiRequest, ApiResponse, KB, OrStatus, Result, Route, get, route};
use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// A table. Its clones share one client and its connections.
#[derive(Clone)]
struct Table {
    client: Client,
    name: String,
}

#[derive(Deserialize, Serialize)]
struct Note {
    text: String,
}

async fn read(req: ApiRequest, res: ApiResponse, table: Table) -> Result {
    let found = table.client.get_item().table_name(table.name).key("id", id(&req)?).send().await?;
    let text = found.item().and_then(|note| note.get("text")?.as_s().ok()).or_status(404, "No such note")?;
    res.json(Note { text: text.clone() })
}

async fn write(req: ApiRequest, res: ApiResponse, table: Table) -> Result {
    let note: Note = req.json()?;
    let text = AttributeValue::S(note.text.clone());
    table.client.put_item().table_name(table.name).item("id", id(&req)?).item("text", text).send().await?;
    res.json(note)
}

async fn remove(req: ApiRequest, res: ApiResponse, table: Table) -> Result {
    table.client.delete_item().table_name(table.name).key("id", id(&req)?).send().await?;
    res.status(204).end()
}

fn id(req: &ApiRequest) -> Result<AttributeValue> {
    let id = req.query().get("id").or_status(404, "No such note")?;
    Ok(AttributeValue::S(id.to_owned()))
}

async fn connect() -> Result<Table> {
    let name = env::var("TABLE_NAME").ok().or_status(500, "`TABLE_NAME` is not set")?;
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    Ok(Table { client, name })
}

fn route() -> Route<Table> {
    route!(get(read).put(write).delete(remove)).body_limit(100 * KB)
}

fn main() -> ExitCode {
    route().run_with(connect)
}
