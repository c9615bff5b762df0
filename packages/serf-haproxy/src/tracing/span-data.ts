/** One span, as plain data. Times are milliseconds of the agent's monotonic clock. */
export interface SpanData {
  readonly name: string
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Attributes
  /** Present for a span with an error. */
  readonly error?: SpanError | undefined
  readonly children: readonly SpanData[]
}

/** Attributes by name. Texts may contain names and tags of members. */
export type Attributes = Readonly<Record<string, string | number | readonly string[]>>

/** The error of a span: its kind for queries, and its description. */
export interface SpanError {
  readonly type: string
  readonly problem: string
}

/** A span below another one, of which only some parts differ from these. */
export function spanData(
  name: string,
  [startedAt, endedAt]: readonly [number, number],
  more: Partial<Omit<SpanData, 'name' | 'startedAt' | 'endedAt'>> = {},
): SpanData {
  return {
    name,
    startedAt,
    endedAt: Math.max(startedAt, endedAt),
    attributes: {},
    children: [],
    ...more,
  }
}
