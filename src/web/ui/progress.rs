//! How far something is: a bar that is drawn, because our pages have no inline styles.

use maud::{Markup, html};

/// A bar of `done` out of `total`; where the total is 0, an empty one.
pub fn bar(done: u64, total: u64, label: &str) -> Markup {
    let percent = done.min(total).saturating_mul(100).checked_div(total).unwrap_or_default();
    html! {
        svg class="progress-bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=(label) {
            rect class="progress-track" width="100" height="8" {}
            rect class="progress-done" width=(percent) height="8" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_never_longer_than_its_track() {
        for (done, total, width) in [(0, 0, 0), (1, 3, 33), (3, 3, 100), (9, 3, 100)] {
            assert!(
                bar(done, total, "x").into_string().contains(&format!("class=\"progress-done\" width=\"{width}\""))
            );
        }
    }
}
