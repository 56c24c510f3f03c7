//! `aventora`: calls [`aventora::cli::run`].

fn main() -> std::process::ExitCode {
    aventora::cli::run()
}
