//! The wizard as a library. The folders are the layers, and imports point one way:
//!
//! | layer       | holds                                               | may import                                 |
//! | ----------- | --------------------------------------------------- | ------------------------------------------ |
//! | `domain`    | facts and decisions; no I/O, no screen              | no other layer                             |
//! | `wizard`    | the pure core: state, `update`, `view`              | `domain`                                   |
//! | `runtime`   | effects → tasks → messages; the ports               | `wizard::msg`, `domain`                    |
//! | `adapters`  | the implementations of the ports                    | `runtime::ports`, `domain`                 |
//! | `frontends` | the full screen, plain mode, login without a screen | `wizard`, `runtime`, `domain`              |
//! | `commands`  | arguments, help and run of each command             | `frontends`, `wizard`, `runtime`, `domain` |
//! | `cli`       | the command line: parsed, or refused                | `commands`, `domain`                       |
//!
//! `main` alone sees all of them. `tests/it/layers.rs` reads the sources and fails on any other edge.

pub mod adapters;
pub mod cli;
pub mod commands;
pub mod domain;
pub mod frontends;
pub mod runtime;
pub mod wizard;
