//! `parity`: sends the same requests to the deployment and to the emulator, and reports where the answers differ.
//!
//! In this folder, `there` is the deployment, and `here` is the emulator or the server of `--with`.

mod base;
mod body;
mod client;
mod command;
mod comparison;
mod difference;
mod file;
mod headers;
mod known;
mod outcome;
mod own_url;
mod pointer;
mod report;
mod request;
mod requests;
mod samples;

pub(crate) use base::BaseUrl;
pub(crate) use client::{Answer, Client, NoAnswer};
pub(crate) use command::{Parity, run};
pub(crate) use request::{HeaderLine, Request};
