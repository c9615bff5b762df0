import * as fc from 'fast-check'
import { until } from 'real-components'
import type { Description } from '../../src/description/service-description.js'
import { parseDescription } from '../../src/description/parse-description.js'
import { withoutBundles } from '../../src/description/start-order.js'
import { note, noting, nothingIsLeft, supervise } from './supervise.js'

/** Kinds of entries, each noting what it does; how it tells that it is ready differs. */
const kinds: Readonly<Record<string, (name: string) => Description[string] | undefined>> = {
  'by descriptor': name => ({ run: noting(name, { before: 'echo >&5' }), ready: { fd: 5 } }),
  'by check': name => ({
    run: noting(name, { before: `: > "$FOLDER/${name}"` }),
    ready: { check: `test -e "$FOLDER/${name}"`, everyMs: 10 },
  }),
  silent: name => ({ run: noting(name, { slowly: 'sleep 0.02' }) }),
  oneshot: name => ({ up: note(`${name} starts`), down: note(`${name} stops`) }),
  bundle: () => undefined,
}

const anyServices: fc.Arbitrary<Description> = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(kinds)), fc.array(fc.nat(), { maxLength: 2 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map(entries => {
    const services: Record<string, Description[string]> = {}
    for (const [i, [kind, numbers]] of entries.entries()) {
      const before = Object.keys(services)
      const others = numbers.flatMap(number => before[number % (before.length || 1)] ?? [])
      const service = kinds[kind]?.(`s${i}`)
      if (service && !('contents' in service)) services[`s${i}`] = { ...service, after: others }
      else if (others.length > 0) services[`s${i}`] = { contents: others }
    }
    return services
  })

async function startsAndStops(description: Description): Promise<void> {
  const services = withoutBundles(parseDescription(description))
  const names = Object.keys(services)
  const ends: (() => unknown)[] = []
  try {
    const tree = await supervise({ teardown: end => void ends.push(end) }, description)
    await until('all to start', () => tree.notes().length === names.length)
    await tree.stop()
    await nothingIsLeft(tree)
    const notes = tree.notes()
    const isBefore = (a: string, b: string) => {
      if (notes.indexOf(a) === -1 || notes.indexOf(a) > notes.indexOf(b))
        throw new Error(`wanted ${a} before ${b}: ${notes.join(', ')}`)
    }
    for (const [name, { after }] of Object.entries(services)) {
      isBefore(`${name} starts`, `${name} stops`)
      for (const other of after) {
        const first = services[other]
        // One that tells nothing is ready before it can note anything.
        if (first?.type === 'oneshot' || first?.ready) isBefore(`${other} starts`, `${name} starts`)
        isBefore(`${name} stops`, `${other} stops`)
      }
    }
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

/** A real s6-svscan brings any services up in order and down in reverse. */
export const startStopOrder = {
  name: 'services in any order of dependencies start in that order and stop in reverse',
  runs: 5,
  check: async (numRuns: number, seed?: number): Promise<void> => {
    const options = { numRuns, ...(seed === undefined ? {} : { seed }), endOnFailure: true }
    await fc.assert(fc.asyncProperty(anyServices, startsAndStops), options)
  },
}
