/** A file that a text names, with the content to check in place of that on the disk. */
export interface CheckedFile {
  /** Its path, as the text names it. */
  readonly path: string
  /** Content to check. */
  readonly text: string
}
