//! One file for each change of the data's format, append-only: a migration that was released is never edited. Version 1
//! is the baseline and needs none.
