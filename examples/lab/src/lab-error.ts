/** Something that the lab's user can mend: it is printed as one line, and the exit code is 2. */
export class LabError extends Error {
  override readonly name = 'LabError'
}
