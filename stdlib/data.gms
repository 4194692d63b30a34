// What experiments read. The host reads; nothing here runs when imported.

/// A photograph: its file's name without the ending, and its bytes [row, column, channel].
record photo {
  name: string
  bytes: u8[h, w, 3]
}
/// Every PNG and JPEG in a folder in the order of their names, the first `limit` where it is above 0. Grey, palette, alpha,
/// 16-bit and CMYK pictures become three channels of 8 bits, and the orientation that EXIF states is applied.
/// Errors: the folder is missing or holds no picture, or a file cannot be read; with `--skip-bad` such a file is left out, and
/// the report names it.
extern read_images(folder: path, limit: int = 0) -> list[photo]
