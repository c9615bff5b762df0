import type { Finding } from './finding.js'
import { valueOf, type ServiceFolder } from '../tree/service-folders.js'

/** A program that tells readiness, in a run script. */
interface Teller {
  readonly program: string
  /** The descriptor that it is given; undefined where it reads `notification-fd`. */
  readonly descriptor: string | undefined
  readonly hasOwnCheck: boolean
}

/** Programs that take the descriptor as an option, which has to be open. */
const options: Readonly<Record<string, RegExp>> = {
  's6-notifyoncheck': /\s-3\s*(\d+)/,
  's6-log': /\s-d\s*(\d+)/,
  's6-socklog': /\s-d\s*(\d+)/,
  's6-svscan': /\s-d\s*(\d+)/,
}

/**
 * Compares the programs of a run script that tell readiness with
 * `notification-fd`: s6-supervise opens the descriptor for that file alone,
 * so that an option cannot replace it.
 */
export function lintReadiness(service: ServiceFolder): Finding[] {
  const { name, files } = service
  const run = files.get('run')?.content ?? ''
  const opened = valueOf(service, 'notification-fd')
  return tellersIn(run).flatMap(({ program, descriptor, hasOwnCheck }) => {
    const at = { rule: 'readiness', service: name, fatal: true } as const
    const findings: Finding[] = []
    // A descriptor that the script opens is the script's business.
    const isOwn = descriptor !== undefined && new RegExp(`${descriptor}>|fdmove`).test(run)
    if (!isOwn && opened === undefined) {
      const wanted = `the descriptor that ${program} tells readiness on`
      findings.push({ ...at, field: 'notification-fd', found: 'nothing', wanted })
    } else if (!isOwn && descriptor !== undefined && Number(descriptor) !== Number(opened)) {
      const wanted = `${descriptor}, the descriptor that ${program} tells readiness on`
      findings.push({ ...at, field: 'notification-fd', found: JSON.stringify(opened), wanted })
    }
    if (program === 's6-notifyoncheck' && !hasOwnCheck && !files.has('data/check')) {
      const wanted = 'the check that s6-notifyoncheck runs'
      findings.push({ ...at, field: 'data/check', found: 'nothing', wanted })
    }
    return findings
  })
}

function tellersIn(script: string): Teller[] {
  const lines = script.replaceAll('\\\n', ' ').split('\n')
  return lines
    .filter(line => !/^\s*#/.test(line))
    .flatMap(line =>
      Object.entries(options).flatMap(([program, option]) => {
        const [, before = '', words] =
          new RegExp(`^(.*?)(?<![\\w-])${program}(?![\\w-])(.*)$`).exec(line) ?? []
        if (words === undefined || before.includes('#')) return []
        const descriptor = option.exec(words)?.[1]
        if (program !== 's6-notifyoncheck' && descriptor === undefined) return []
        return [{ program, descriptor, hasOwnCheck: /\s-c\b/.test(words) }]
      }),
    )
}
