import { parseArgs } from 'node:util'

/** Parts that can be measured alone. */
const parts = ['join', 'processor', 'idle', 'start', 'burst', 'agents'] as const
type Part = (typeof parts)[number]

/** Options of `npm run bench:scale`. */
export interface ScaleOptions {
  readonly members: readonly number[]
  readonly parts: ReadonlySet<Part>
  /** HAProxy releases; all that are found if empty. */
  readonly releases: readonly string[]
  readonly json: boolean
}

/** Reads the command line. @throws Error for an option that is unknown or has an invalid value */
export function readOptions(args: readonly string[]): ScaleOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string', default: '10,1000,10000' },
      only: { type: 'string', default: parts.join(',') },
      releases: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  })
  const chosen = words(values.only)
  const unknown = chosen.find(word => !parts.some(part => part === word))
  if (unknown !== undefined)
    throw new Error(`--only: expected ${parts.join(', ')}, separated by commas, got ${unknown}`)
  const members = words(values.members).map(Number)
  if (members.length === 0 || members.some(count => !Number.isInteger(count) || count < 2))
    throw new Error(`--members: expected numbers from 2, such as 10,1000, got ${values.members}`)
  return {
    members,
    parts: new Set(parts.filter(part => chosen.includes(part))),
    releases: words(values.releases),
    json: values.json,
  }
}

function words(text: string): string[] {
  return text.split(',').filter(word => word !== '')
}
