/** One family, as Prometheus would read it. */
export interface ReadFamily {
  readonly help: string
  readonly type: string
  readonly samples: { readonly name: string; readonly labels: string; readonly value: number }[]
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"`
const number = String.raw`[+-]Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?`
const helpLine = new RegExp(String.raw`^# HELP (${name}) ((?:[^\\]|\\\\|\\n)*)$`, 'u')
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram)$`)
const sampleLine = new RegExp(`^(${name})(?:\\{(${label}(?:,${label})*)\\})? (${number})$`, 'u')

/**
 * Reads Prometheus' text format 0.0.4, more strictly than Prometheus: each
 * family has its help, its type and then all of its samples, once; no two
 * samples have the same labels; a histogram's buckets ascend, end with +Inf,
 * and agree with its count.
 */
export function parseExposition(text: string): Map<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line is not ended')
  const families = new Map<string, ReadFamily>()
  let family: ReadFamily | undefined
  let familyName = ''
  let help: string | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const [, helped, words = ''] = helpLine.exec(line) ?? []
    const [, typed, type = ''] = typeLine.exec(line) ?? []
    const [, sampled, labels = '', value = ''] = sampleLine.exec(line) ?? []
    if (helped !== undefined) {
      if (families.has(helped)) throw new Error(`${helped} comes twice`)
      familyName = helped
      help = words
    } else if (typed !== undefined) {
      if (typed !== familyName || help === undefined) throw new Error(`${typed} has no help`)
      family = { help, type, samples: [] }
      families.set(familyName, family)
      help = undefined
    } else if (sampled !== undefined && family && help === undefined) {
      const suffix = sampled.slice(familyName.length)
      const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
      if (!sampled.startsWith(familyName) || !suffixes.includes(suffix))
        throw new Error(`${sampled} stands under ${familyName}`)
      if (family.samples.some(one => one.name === sampled && one.labels === labels))
        throw new Error(`${line} comes twice`)
      family.samples.push({ name: sampled, labels, value: valueOf(value) })
    } else {
      throw new Error(`not a line of the format: ${JSON.stringify(line)}`)
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') check(name, family)
  return families
}

function valueOf(text: string): number {
  if (text.endsWith('Inf')) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text)
}

function check(name: string, { samples }: ReadFamily): void {
  const buckets = samples.filter(sample => sample.name === `${name}_bucket`)
  const bounds = buckets.map(({ labels }) => valueOf(/le="([^"]*)"/.exec(labels)?.[1] ?? ''))
  if (!isAscending(bounds, true)) throw new Error(`${name}: bounds do not ascend`)
  if (bounds.at(-1) !== Infinity) throw new Error(`${name}: the last bucket is not +Inf`)
  const counts = buckets.map(({ value }) => value)
  if (!isAscending(counts, false)) throw new Error(`${name}: buckets do not add up`)
  const count = samples.find(sample => sample.name === `${name}_count`)?.value
  if (count !== counts.at(-1)) throw new Error(`${name}: count and +Inf differ`)
}

function isAscending(values: readonly number[], strictly: boolean): boolean {
  return values.every((value, i) => {
    const before = values[i - 1] ?? -Infinity
    return strictly ? value > before : value >= before
  })
}
