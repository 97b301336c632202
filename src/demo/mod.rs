//! `balise demo`: the whole chain live on this machine.

pub mod cast;
