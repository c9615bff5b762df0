/** Something that the one who starts the node can mend: one line, and exit code 2. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
}
