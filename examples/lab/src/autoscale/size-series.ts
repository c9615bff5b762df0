/** The size of a pool from a time on. */
export interface SizePoint {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Members that serve; undefined in doubt. */
  readonly healthy: number | undefined
  /** Size that is wanted; undefined in doubt. */
  readonly wanted: number | undefined
  /** Orders of this moment, such as `replace s1`. */
  readonly orders: readonly string[]
}

/** A line of the file, as the scaler writes it. */
interface Line {
  readonly at: string
  readonly healthy?: number
  readonly wanted?: number
  readonly actions: readonly { readonly kind: string; readonly member?: string }[]
}

/** Reads the series that a scaler has written. A line that is being written is left out. */
export function sizeSeries(text: string): readonly SizePoint[] {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const { at, healthy, wanted, actions } = JSON.parse(line) as Line
      const orders = actions.map(({ kind, member }) => [kind, member ?? ''].join(' ').trim())
      return { at: Date.parse(at), healthy, wanted, orders }
    })
}
