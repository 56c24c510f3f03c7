//! Files: their names and sizes. They are written where files are uploaded, not in a form.

use crate::model::value::FileRef;
use maud::{Markup, html};

pub(super) fn view(files: &[FileRef]) -> Markup {
    html! {
        span class="lines" {
            @for file in told_once(files) { span { (file.name) " " span class="text-3 num" { (size(file.size)) } } }
        }
    }
}

/// A picture that is kept in several sizes under one name is told once.
fn told_once(files: &[FileRef]) -> impl Iterator<Item = &FileRef> {
    files.iter().enumerate().filter(|(i, file)| *i == 0 || files[i - 1].name != file.name).map(|(_, file)| file)
}

/// `1.4 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 || value >= 10.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_have_two_digits_at_most_behind_a_unit() {
        assert_eq!(size(512), "512 B");
        assert_eq!(size(1_440_000), "1.4 MB");
        assert_eq!(size(15_700_000), "16 MB");
    }
}
