//! What the pages load: the bundle that `build.rs` made, embedded in the program. Every name carries a hash of its content,
//! so an answer may be kept for ever; a name that is not in the bundle is a 404.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;

/// The bundle.
#[derive(RustEmbed)]
#[folder = "$OUT_DIR/bundle"]
struct Bundle;

/// File name of the style sheet.
pub const STYLE: &str = env!("AVENTORA_ASSET_STYLE");
/// File name of the script.
pub const SCRIPT: &str = env!("AVENTORA_ASSET_SCRIPT");
/// File name of the icon sprite.
pub const SPRITE: &str = env!("AVENTORA_ASSET_SPRITE");
/// File name of the font that nearly every page needs, to be fetched early.
pub const FONT: &str = env!("AVENTORA_ASSET_FONT");
/// Names of the icons in the sprite, separated by spaces.
pub const ICONS: &str = env!("AVENTORA_ASSET_ICONS");

/// `GET /assets/{name}`.
pub async fn asset(name: web::Path<String>) -> HttpResponse {
    let Some(file) = Bundle::get(&name) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type(&name)))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
