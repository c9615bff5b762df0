/** Properties of the place that an output goes to. */
export interface Terminal {
  /** Number of columns; undefined for a file, a pipe, and a terminal without a size. */
  readonly width: number | undefined
  /** True if the output shows colours. */
  readonly isColoured: boolean
}

/**
 * Returns the properties of an output stream. Only a terminal has colours, unless
 * `FORCE_COLOR` is set. `NO_COLOR` and `TERM=dumb` turn them off.
 */
export function terminalOf(
  { isTTY = false, columns = 0 }: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Terminal {
  return { width: isTTY && columns > 0 ? columns : undefined, isColoured: isColoured(isTTY, env) }
}

function isColoured(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: type } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (refused !== undefined && refused !== '') return false
  return isTTY && type !== 'dumb'
}
