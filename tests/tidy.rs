//! The house rules as code (`src/lib.rs` has the map): imports go only down, each crate has one owner, nobody asks the system for
//! the time, files open with a paragraph and stay short. A rule that is only written down does not hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Module and row; an import goes only to a lower row or inside its own module.
const ROWS: [(&str, u8); 13] = [
    ("base", 0),
    ("store", 1),
    ("channels", 1),
    ("config", 1),
    ("model", 2),
    ("records", 3),
    ("features", 4),
    ("engines", 5),
    ("app", 6),
    ("http", 7),
    ("api", 8),
    ("web", 8),
    ("cli", 9),
];

/// Modules that are a row of siblings: their children don't import each other, only what their `mod.rs` itself offers.
const SIBLINGS: [&str; 2] = ["features", "engines"];

/// A crate (or path of the standard library) and where it may be used: everything under these paths of `src/`.
const OWNERS: [(&str, &[&str]); 24] = [
    ("redb", &["store/"]),
    ("tantivy", &["records/search/"]),
    ("tantivy_fst", &["records/search/"]),
    ("levenshtein_automata", &["records/search/"]),
    ("actix_web", &["http/", "api/", "web/", "app/", "cli/"]),
    ("maud", &["web/", "http/"]),
    ("actix_multipart", &["http/", "web/"]),
    ("image", &["features/photos/"]),
    ("bcrypt", &["features/accounts"]),
    ("getrandom", &["base/rng.rs"]),
    ("unicode_normalization", &["base/text.rs"]),
    ("rlibphonenumber", &["base/phone.rs"]),
    ("crc32fast", &["store/", "records/event.rs"]),
    ("rust_embed", &["web/", "http/"]),
    ("clap", &["cli/"]),
    ("indicatif", &["cli/"]),
    ("csv", &["features/"]),
    ("encoding_rs", &["features/"]),
    ("chardetng", &["features/"]),
    ("std::net::TcpStream", &["channels/", "http/", "cli/"]),
    ("std::net::TcpListener", &["http/", "app/", "cli/"]),
    ("std::net::UdpSocket", &["channels/"]),
    ("process::Command", &["cli/"]),
    ("process::exit", &["cli/", "app/", "store/open.rs"]),
];

/// Who may ask the system for the time.
const CLOCKS: [(&str, &[&str]); 5] = [
    ("SystemTime", &["base/clock.rs"]),
    ("Timestamp::now", &["base/clock.rs"]),
    ("Zoned::now", &["base/clock.rs"]),
    // How long something takes, never what time it is: the writer's slices, progress bars, request times, consumers' pace.
    ("Instant::now", &["base/clock.rs", "store/writer.rs", "records/search/", "app/", "http/", "cli/"]),
    ("thread::sleep", &["store/", "records/search/", "app/", "http/", "cli/"]),
];

/// A file is split by noun before it gets longer than this, tests and comments at its head not counted.
const FILE_LINES: usize = 600;
/// A function is no longer than this.
const FUNCTION_LINES: usize = 100;

/// A source file below `src/`.
struct Source {
    /// `records/query/filter.rs`.
    path: String,
    text: String,
    /// Without tests and without comment lines; as many lines as the file has up to its tests.
    code: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join("src"), &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let code = code_of(&text);
        let path = path.strip_prefix(root().join("src")).expect("below src").to_str().expect("plain names").into();
        Source { path, text, code }
    };
    found.into_iter().map(read).collect()
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The code before `#[cfg(test)] mod …`, comment lines blanked. A file that is a test module itself has none.
fn code_of(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let end = (0..lines.len()).find(|i| {
        lines[*i].trim() == "#[cfg(test)]"
            && lines.get(i + 1).is_some_and(|l| l.starts_with("mod ") && l.ends_with('{'))
    });
    let plain = |l: &&str| if l.trim_start().starts_with("//") { String::new() } else { (*l).to_string() };
    lines[..end.unwrap_or(lines.len())].iter().map(plain).collect()
}

/// Whether a file holds only tests or what tests need.
fn is_for_tests(source: &Source, all: &[Source]) -> bool {
    let path = Path::new(&source.path);
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new(""));
    let parents = [folder.join("mod.rs"), folder.with_extension("rs")];
    let declared = |s: &Source| {
        let mut before = "";
        s.text.lines().any(|l| {
            let test = before.trim() == "#[cfg(test)]" && l.trim().trim_start_matches("pub ") == format!("mod {stem};");
            before = l;
            test
        })
    };
    all.iter().any(|s| parents.iter().any(|p| Path::new(&s.path) == p) && declared(s))
}

fn module_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or_default()
}

fn row_of(module: &str) -> Option<u8> {
    ROWS.iter().find(|(m, _)| *m == module).map(|(_, row)| *row)
}

/// Paths named after `crate::` in code, two names deep: `records::query`, also out of braces.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(inside) = rest.strip_prefix('{') {
            found.extend(split_group(inside).into_iter().map(|p| two_deep(&p)));
        } else {
            found.insert(two_deep(rest));
        }
    }
    found.remove("");
    found
}

/// The parts of `a::b, c::{d, e}}…` up to the closing brace.
fn split_group(text: &str) -> Vec<String> {
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part).trim().to_string());
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part.trim().to_string());
    parts
}

fn two_deep(path: &str) -> String {
    let names =
        path.split("::").map(|n| n.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
    names.take(2).take_while(|n| !n.is_empty()).collect::<Vec<_>>().join("::")
}

fn none(found: Vec<String>) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn imports_go_only_down() {
    let all = sources();
    let mut found = Vec::new();
    for source in &all {
        let own = module_of(&source.path);
        let Some(row) = row_of(own) else { continue };
        for import in imports(&source.code.join("\n")) {
            let mut names = import.split("::");
            let module = names.next().unwrap_or_default();
            match row_of(module) {
                Some(other) if module == own || other < row => {}
                Some(other) => {
                    found.push(format!("src/{}: row {row} imports {module}, which is row {other}", source.path))
                }
                None => found.push(format!("src/{}: {module} is in no row", source.path)),
            }
            let child = source.path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs");
            let other = names.next().unwrap_or_default();
            let is_child = |name: &str| {
                all.iter()
                    .any(|s| s.path == format!("{own}/{name}.rs") || s.path.starts_with(&format!("{own}/{name}/")))
            };
            if SIBLINGS.contains(&own) && module == own && child != "mod" && child != other && is_child(other) {
                found.push(format!("src/{}: {child} imports its sibling {other}", source.path));
            }
        }
    }
    none(found);
}

#[test]
fn the_map_names_every_module() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let mut found = Vec::new();
    for module in lib.lines().filter_map(|l| l.strip_prefix("pub mod ")).map(|m| m.trim_end_matches(';')) {
        if row_of(module).is_none() {
            found.push(format!("{module} is in no row of tests/tidy.rs"));
        }
        if !lib.contains(&format!("[`{module}`]")) {
            found.push(format!("{module} is not on the map at the head of src/lib.rs"));
        }
    }
    none(found);
}

#[test]
fn each_crate_has_its_owner() {
    let all = sources();
    let mut found = Vec::new();
    for source in all.iter().filter(|s| !is_for_tests(s, &all)) {
        for (i, line) in source.code.iter().enumerate() {
            for (name, places) in OWNERS.iter().chain(&CLOCKS) {
                if names_path(line, name) && !places.iter().any(|p| source.path.starts_with(p)) {
                    let places = places.join(", ");
                    found.push(format!("src/{}:{}: {name} belongs to {places} alone", source.path, i + 1));
                }
            }
        }
    }
    none(found);
}

/// Whether a line of code names this path as a whole: `redb` in `redb::Table` or `use redb;`, not in `my_redb` or `"redb"`.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + path.len()..];
        let begins = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '"' | '.' | '-' | '/' | ':'));
        let names = path.contains("::") || path == "SystemTime";
        let begins = begins || names && line[..at].ends_with("::");
        begins && (after.starts_with("::") || names && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

#[test]
fn the_store_is_not_touched_above_the_app() {
    let mut found = Vec::new();
    for source in sources() {
        let own = module_of(&source.path);
        if matches!(own, "api" | "web") && imports(&source.code.join("\n")).iter().any(|i| i.starts_with("store")) {
            found.push(format!("src/{}: pages and the API never talk to the store", source.path));
        }
    }
    none(found);
}

#[test]
fn nothing_is_left_half_done() {
    let all = sources();
    let mut found = Vec::new();
    for source in all.iter().filter(|s| !is_for_tests(s, &all)) {
        for (i, line) in source.code.iter().enumerate() {
            for word in
                [".unwrap()", "dbg!(", "todo!(", "unimplemented!(", "allow(dead_code", "allow(unused", "#[ignore"]
            {
                if line.contains(word) {
                    found.push(format!("src/{}:{}: {word}", source.path, i + 1));
                }
            }
            let prints = ["println!(", "eprintln!(", "print!("].iter().any(|p| line.contains(p));
            if prints && !source.path.starts_with("cli/") && source.path != "main.rs" {
                found.push(format!("src/{}:{}: only commands print", source.path, i + 1));
            }
        }
        for (i, line) in source.text.lines().enumerate() {
            for word in ["TODO", "FIXME", "HACK", "coming soon", "not implemented"] {
                if line.contains(word) {
                    found.push(format!("src/{}:{}: {word}", source.path, i + 1));
                }
            }
        }
    }
    none(found);
}

#[test]
fn files_open_with_a_paragraph_and_stay_short() {
    let all = sources();
    let mut found = Vec::new();
    for source in &all {
        if !source.text.starts_with("//! ") {
            found.push(format!("src/{}: opens without a paragraph that says what it is", source.path));
        }
        let lines = source.code.len();
        if lines > FILE_LINES && !is_for_tests(source, &all) {
            found.push(format!("src/{}: {lines} lines; split it by noun before {FILE_LINES}", source.path));
        }
    }
    none(found);
}

#[test]
fn functions_stay_short() {
    let all = sources();
    let mut found = Vec::new();
    for source in all.iter().filter(|s| !is_for_tests(s, &all)) {
        let mut open: Option<(usize, usize, String)> = None;
        for (i, line) in source.code.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            let is_head = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "async fn ", "pub async fn "];
            if is_head.iter().any(|h| head.starts_with(h)) && !head.ends_with(';') {
                open.get_or_insert((i, indent, head.into()));
            }
            if let Some((from, at, name)) = &open
                && indent == *at
                && (head == "}" || head.ends_with('}') && i == *from)
            {
                if i - from + 1 > FUNCTION_LINES {
                    found.push(format!("src/{}:{}: {} lines: {name}", source.path, from + 1, i - from + 1));
                }
                open = None;
            }
        }
    }
    none(found);
}

#[test]
fn every_route_is_documented() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut found = Vec::new();
    for source in sources() {
        let code = source.code.join("\n");
        for (at, _) in code.match_indices("Route::new(\"") {
            let path = code[at..].split('"').nth(3).unwrap_or_default();
            // The API describes itself, and the test of its document compares it with the routes.
            if path.starts_with('/') && !path.starts_with("/api/v1") && !readme.contains(&format!("`{path}`")) {
                found.push(format!("src/{}: README.md does not tell of {path}", source.path));
            }
        }
    }
    none(found);
}

/// The names that `--help` of these arguments lists as commands.
fn commands(arguments: &[&str]) -> Vec<String> {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_aventora")).args(arguments).arg("--help").output();
    let help = String::from_utf8(output.expect("the program starts").stdout).expect("help is text");
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    // A description that goes on is indented deeper.
    let named = listed.filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    named.filter_map(|l| l.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn the_readme_tells_of_every_command_and_of_no_other() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let table = readme.lines().skip_while(|l| *l != "| command | does |").skip(2).take_while(|l| l.starts_with('|'));
    let (mut told, mut own) = (BTreeSet::new(), BTreeSet::new());
    for cell in table.filter_map(|l| l.split(" | ").next()) {
        let mut group = String::new();
        for code in cell.split('`').skip(1).step_by(2) {
            let words: Vec<&str> =
                code.split(' ').take_while(|w| w.chars().all(|c| c.is_lowercase() || c == '-')).collect();
            let words: Vec<&str> = words.into_iter().filter(|w| !w.starts_with('-')).collect();
            // After `user list` the others of its group stand by their second word alone.
            if words.len() == 2 {
                group = words[0].to_owned();
            }
            let name =
                if words.len() == 1 && !group.is_empty() { format!("{group} {}", words[0]) } else { words.join(" ") };
            told.insert(name);
        }
    }
    for name in commands(&[]) {
        let inner = commands(&[&name]);
        own.extend(inner.iter().map(|inner| format!("{name} {inner}")));
        if inner.is_empty() {
            own.insert(name);
        }
    }
    assert_eq!(told, own, "the commands of README.md and of --help");
}

#[test]
fn the_rules_see_what_they_forbid() {
    let seen = imports("use crate::{base::id::Row, store::{key, log}};\nlet x = crate::records::query::parse(a);");
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["base::id", "records::query", "store"]);
    assert!(names_path("use redb::Database;", "redb") && names_path("let t: redb::Table = x;", "redb"));
    assert!(!names_path("let file = \"redb::x\";", "redb") && !names_path("aventora_redb::x()", "redb"));
    assert!(names_path("let t = std::time::SystemTime::now();", "SystemTime"));
    assert_eq!(code_of("a\n// b\n#[cfg(test)]\nmod tests {\n.unwrap()\n}").join("|"), "a|");
}
