/** An error that the user can fix: it is printed as one line, and the exit code is 2. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
}
