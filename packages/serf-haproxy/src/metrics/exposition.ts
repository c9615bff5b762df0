import { displayedText } from '../printable-name.js'

/** One value of a family, with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** One histogram of a family, with its labels. */
interface HistogramSample {
  readonly labels?: Readonly<Record<string, string>>
  /** Cumulative buckets, by ascending upper bound. */
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[]
  readonly sum: number
  readonly count: number
}

/** All values of one metric. */
export type MetricFamily =
  | {
      readonly name: string
      readonly help: string
      readonly type: 'counter' | 'gauge'
      readonly samples: readonly Sample[]
    }
  | {
      readonly name: string
      readonly help: string
      readonly type: 'histogram'
      readonly samples: readonly HistogramSample[]
    }

/** Formats metrics in the text format of Prometheus, version 0.0.4. */
export function exposition(families: readonly MetricFamily[]): string {
  return families
    .map(family => {
      const lines =
        family.type === 'histogram'
          ? family.samples.flatMap(sample => histogramLines(family.name, sample))
          : family.samples.map(({ labels, value }) => line(family.name, labels, value))
      return [
        `# HELP ${family.name} ${escapeHelp(family.help)}`,
        `# TYPE ${family.name} ${family.type}`,
        ...lines,
        '',
      ].join('\n')
    })
    .join('')
}

function histogramLines(
  name: string,
  { labels, buckets, sum, count }: HistogramSample,
): readonly string[] {
  return [
    ...buckets.map(({ atMost, count }) =>
      line(`${name}_bucket`, { ...labels, le: number(atMost) }, count),
    ),
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ]
}

function line(
  name: string,
  labels: Readonly<Record<string, string>> | undefined,
  value: number,
): string {
  const pairs = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${escapeLabel(text)}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number(value)}`
}

function number(value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  return String(value)
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}

function escapeLabel(text: string): string {
  // A line feed has an escape of its own in this format.
  const shown = text.split('\n').map(displayedText).join('\n')
  return escapeHelp(shown).replaceAll('"', '\\"')
}
