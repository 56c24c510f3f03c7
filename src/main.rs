//! `aventora`: calls [`aventora::cli::run`].

/// A static glibc keeps an arena of 64 MB for every thread that ever freed a page of the store's cache: rebuilding the search
/// index over a million contacts held 700 MB, of which most was such air.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    aventora::cli::run()
}
