//! The client against a server of raw sockets: what is sent, how often, and what is made of the answers.

mod answers;
mod proxy;
mod retries;
mod safety;
mod server;
mod tls;

use std::time::Duration;

use super::clock::Clock;
use super::{Auth, Call, Client, Reply};
use crate::host::{HostError, Secret};

const TOKEN: &str = "glpat-T0pS3cr3tT0k3n";
const BUDGET: Duration = Duration::from_secs(30);

/// A client of `api` whose waits take no time.
fn client(api: &str) -> Client {
    let mut client = Client::new(api, Auth::Bearer(Secret::new(TOKEN)), BUDGET).unwrap();
    client.clock = Clock::skipping(BUDGET);
    client
}

fn send(client: &Client, call: Call<'_>) -> Result<Reply, HostError> {
    block_on(client.send(call))
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
