/** Something that the one who builds can mend: it is printed as one line, and the exit code is 2. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
}
