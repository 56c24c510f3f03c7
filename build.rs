//! Makes what the pages load: copies `assets/` to `OUT_DIR`, installs its packages there when the lock file has changed, and
//! lets esbuild bundle them into `OUT_DIR/bundle`, which the program embeds. `AVENTORA_ASSETS=DIR` takes a ready bundle
//! instead, for machines without Node or network. Nothing in the source tree is written.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// Said with every failure: what is missing and what to do about it.
const HELP: &str = "The pages' assets could not be built: install Node 20 or newer with npm (network is needed the first time) and \
    run `cargo build` again, or point AVENTORA_ASSETS at a ready bundle made with `npm ci --ignore-scripts && node build.mjs DIR` in assets/.";

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=assets");
    println!("cargo:rerun-if-env-changed=AVENTORA_ASSETS");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let bundle = out.join("bundle");
    let made = match env::var_os("AVENTORA_ASSETS") {
        Some(ready) => copy_ready(Path::new(&ready), &bundle).map_err(|e| {
            io::Error::new(e.kind(), format!("AVENTORA_ASSETS={} can't be taken: {e}", Path::new(&ready).display()))
        }),
        None => build(&out.join("assets"), &bundle),
    };
    match made.and_then(|()| tell_names(&bundle)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{HELP}\n(cause: {e})");
            ExitCode::FAILURE
        }
    }
}

/// Takes the bundle that somebody else has made.
fn copy_ready(ready: &Path, bundle: &Path) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", ready.display());
    // Looked at first, so that a wrong folder does not cost the bundle of before.
    if !ready.join("manifest.txt").is_file() {
        return Err(io::Error::other("there is no manifest.txt in it"));
    }
    if bundle.exists() {
        fs::remove_dir_all(bundle)?;
    }
    copy_folder(ready, bundle)
}

/// Installs the packages, where the lock file is another than last time, and bundles.
fn build(work: &Path, bundle: &Path) -> io::Result<()> {
    for part in ["css", "js"] {
        let old = work.join(part);
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
    }
    copy_folder(Path::new("assets"), work)?;
    let lock = fs::read(work.join("package-lock.json"))?;
    let installed = work.join("node_modules/.aventora-lock");
    if fs::read(&installed).ok().as_ref() != Some(&lock) {
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"])
            .current_dir(work))?;
        fs::write(installed, lock)?;
    }
    run(Command::new("node").arg("build.mjs").arg(bundle).current_dir(work))
}

/// Hands the hashed names to the program's code.
fn tell_names(bundle: &Path) -> io::Result<()> {
    for line in fs::read_to_string(bundle.join("manifest.txt"))?.lines() {
        if let Some((name, value)) = line.split_once('=') {
            println!("cargo:rustc-env=AVENTORA_ASSET_{}={value}", name.to_uppercase());
        }
    }
    Ok(())
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output().map_err(|e| io::Error::other(format!("{}: {e}", command.get_program().display())))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{} failed: {said}", command.get_program().display())))
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == "node_modules" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}
