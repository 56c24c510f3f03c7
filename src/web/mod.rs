//! Row 8: the pages. Server-rendered HTML that works as plain links and forms, and richer with script; no page talks to the
//! store, no component loads data, and text people read comes from the message catalogue.

pub mod assets;
