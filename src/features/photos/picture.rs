//! An uploaded picture to small squares of our own making: its kind is found in its bytes and never believed by its name, its
//! size is judged before it is unpacked, the middle is cut out, and what is kept is encoded anew, so that nothing else of the
//! file (camera, place, comments, what hides behind it) is.

use crate::base::{Error, Result};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, GenericImageView, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage,
};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Width and height of the squares, largest first.
pub const SIZES: [u32; 3] = [256, 96, 48];
/// Pixels of an uploaded picture at most: what phones take, not what a bomb unpacks to.
const PIXELS_MAX: u64 = 40_000_000;
/// Pixels of a side at most.
const SIDE_MAX: u32 = 20_000;
/// Bytes that unpacking may take.
const UNPACKED_BYTES_MAX: u64 = 192 << 20;
/// A larger picture is first made this small in a cheap way.
const CHEAP_SIDE: u32 = 2 * SIZES[0];
/// Of 100: where a photo looks like itself and is small.
const JPEG_QUALITY: u8 = 85;

/// One square.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Square {
    /// Its file.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, or `image/png` where parts of it are see-through.
    pub media_type: &'static str,
}

/// The squares of [`SIZES`] from the middle of a picture; a smaller picture is not made larger. [`Error::Invalid`] where it is
/// none, or too large to unpack.
pub fn squares(bytes: &[u8]) -> Result<Vec<Square>> {
    // A picture is somebody else's bytes read by somebody else's code: where that gives up, the picture is at fault.
    catch_unwind(AssertUnwindSafe(|| cut_and_shrink(bytes))).unwrap_or_else(|_| Err(broken()))
}

fn cut_and_shrink(bytes: &[u8]) -> Result<Vec<Square>> {
    let (square, orientation) = middle(bytes)?;
    let mut square = DynamicImage::ImageRgba8(square);
    square.apply_orientation(orientation);
    let square = square.into_rgba8();
    let see_through = square.pixels().any(|pixel| pixel.0[3] < u8::MAX);
    SIZES.iter().map(|size| encode(&square, (*size).min(square.width()), see_through)).collect()
}

/// The square in the middle, at most [`CHEAP_SIDE`] wide, and how the camera was held.
fn middle(bytes: &[u8]) -> Result<(RgbaImage, Orientation)> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(bytes)?);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(UNPACKED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| told(&e))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > UNPACKED_BYTES_MAX {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|e| told(&e))?;
    let side = width.min(height);
    let cut = picture.view((width - side) / 2, (height - side) / 2, side, side);
    let square = if side > CHEAP_SIDE { imageops::thumbnail(&*cut, CHEAP_SIDE, CHEAP_SIDE) } else { cut.to_image() };
    Ok((square, orientation))
}

/// What the first bytes say.
fn format(bytes: &[u8]) -> Result<ImageFormat> {
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif];
    match image::guess_format(bytes) {
        Ok(format) if known.contains(&format) => Ok(format),
        _ if bytes.get(4..8) == Some(b"ftyp") => {
            let message = "This picture is in a format of newer phones (HEIC or AVIF); save it as JPEG first.";
            Err(Error::invalid("photo", "type", message))
        }
        _ => Err(Error::invalid("photo", "type", "This file is no picture; choose a PNG, JPEG, WebP or GIF.")),
    }
}

fn told(error: &image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => too_large(),
        _ => broken(),
    }
}

fn too_large() -> Error {
    let message =
        format!("The picture has more than {} million pixels; make it smaller first.", PIXELS_MAX / 1_000_000);
    Error::invalid("photo", "too_large", message)
}

fn broken() -> Error {
    Error::invalid("photo", "syntax", "The picture is damaged and can't be read.")
}

fn encode(square: &RgbaImage, size: u32, see_through: bool) -> Result<Square> {
    let small = if size == square.width() {
        square.clone()
    } else {
        imageops::resize(square, size, size, FilterType::Lanczos3)
    };
    let mut bytes = Vec::new();
    let encoded = if see_through {
        small.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
    } else {
        let rgb = DynamicImage::ImageRgba8(small).into_rgb8();
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode(&rgb, size, size, ExtendedColorType::Rgb8)
    };
    encoded.map_err(|e| Error::internal("a picture can't be encoded", e))?;
    Ok(Square { bytes, media_type: if see_through { "image/png" } else { "image/jpeg" } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba};

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    /// Green in the middle third, red and blue at its sides.
    fn flag(width: u32, height: u32) -> DynamicImage {
        let colour = |x: u32| match x * 3 / width {
            0 => Rgb([220, 0, 0]),
            1 => Rgb([0, 220, 0]),
            _ => Rgb([0, 0, 220]),
        };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| colour(x)))
    }

    fn code(bytes: &[u8]) -> &'static str {
        match squares(bytes) {
            Err(Error::Invalid(problems)) => problems[0].code,
            other => panic!("{:?}", other.map(|s| s.len())),
        }
    }

    #[test]
    fn every_kind_of_picture_becomes_three_squares_of_its_middle() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let squares = squares(&file(&flag(900, 300), format)).unwrap();
            for (square, size) in squares.iter().zip(SIZES) {
                assert_eq!(square.media_type, "image/jpeg", "{format:?}");
                let again = image::load_from_memory(&square.bytes).unwrap().into_rgb8();
                assert_eq!(again.dimensions(), (size, size), "{format:?}");
                let [r, g, b] = again.get_pixel(4, 4).0;
                assert!(g > 180 && r < 60 && b < 60, "{format:?} {size}: the middle is green, not {r} {g} {b}");
            }
            assert!(squares[0].bytes.len() < 20_000, "{format:?}: {} bytes", squares[0].bytes.len());
        }
    }

    #[test]
    fn what_can_be_seen_through_stays_so_and_what_is_small_stays_small() {
        let logo = DynamicImage::ImageRgba8(RgbaImage::from_pixel(60, 60, Rgba([10, 20, 30, 0])));
        let squares = squares(&file(&logo, ImageFormat::Png)).unwrap();
        let widths = squares.iter().map(|s| image::load_from_memory(&s.bytes).unwrap().width());
        assert_eq!(widths.collect::<Vec<_>>(), [60, 60, 48]);
        assert!(squares.iter().all(|s| s.media_type == "image/png"));
    }

    /// A JPEG with what a camera writes: that it was held sideways, and a secret.
    fn with_camera(picture: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend(b"GPS 49.2827 N");
        let length = (exif.len() as u16 + 2).to_be_bytes();
        [&picture[..2], &[0xff, 0xe1], &length, &exif, &picture[2..]].concat()
    }

    #[test]
    fn a_picture_is_turned_as_the_camera_was_held_and_nothing_else_of_the_file_is_kept() {
        let upright = RgbImage::from_fn(300, 300, |_, y| if y < 150 { Rgb([220, 0, 0]) } else { Rgb([0, 0, 220]) });
        let taken = with_camera(&file(&DynamicImage::ImageRgb8(upright), ImageFormat::Jpeg));
        let squares = squares(&taken).unwrap();
        let again = image::load_from_memory(&squares[0].bytes).unwrap().into_rgb8();
        let (left, right) = (again.get_pixel(20, 128).0, again.get_pixel(236, 128).0);
        assert!(right[0] > 180 && left[2] > 180, "turned to the right: {left:?} {right:?}");
        for square in squares {
            let has = |what: &[u8]| square.bytes.windows(what.len()).any(|w| w == what);
            assert!(!has(b"Exif") && !has(b"GPS"));
        }
    }

    #[test]
    fn what_is_no_picture_is_told_by_its_bytes() {
        for bytes in [&b""[..], b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"BM\0\0\0\0"] {
            assert_eq!(code(bytes), "type");
        }
        assert_eq!(code(b"\0\0\0\x18ftypheic\0\0\0\0"), "type");
        let png = file(&flag(90, 30), ImageFormat::Png);
        for end in 0..png.len() - 12 {
            let _ = squares(&png[..end]);
        }
        assert_eq!(code(&png[..60]), "syntax");
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        // A PNG whose head says 60,000 × 60,000; what follows does not matter.
        let mut bomb = file(&flag(30, 30), ImageFormat::Png);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let mut head = 0xffff_ffff_u32;
        for byte in &bomb[12..29] {
            head ^= u32::from(*byte);
            for _ in 0..8 {
                head = if head & 1 == 1 { (head >> 1) ^ 0xedb8_8320 } else { head >> 1 };
            }
        }
        bomb[29..33].copy_from_slice(&(!head).to_be_bytes());
        assert_eq!(code(&bomb), "too_large");
        let wide = file(&DynamicImage::new_luma8(19_000, 2_500), ImageFormat::Png);
        assert!(wide.len() < 1_000_000);
        assert_eq!(code(&wide), "too_large");
    }
}
