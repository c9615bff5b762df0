/** Invalid environment or arguments: printed as one line, with exit code 2. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
}
