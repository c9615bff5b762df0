import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { parse } from 'yaml'
import { describe } from '../src/description/describe.js'
import { findingText } from '../src/lint/finding.js'
import { parseExecline, quoteExecline } from '../src/execline.js'
import { generate, type Layout } from '../src/generate/generate.js'
import { importTree } from '../src/import/import-tree.js'
import { lintScanDirectory } from '../src/lint/lint-scan-directory.js'
import { lintSource } from '../src/lint/lint-source.js'
import { lintSyntax } from '../src/lint/lint-syntax.js'
import { readTree } from '../src/tree/read-tree.js'
import type { Description } from '../src/description/service-description.js'
import { parseDescription } from '../src/description/parse-description.js'
import { exports, splitExports } from '../src/shell-script.js'
import { withoutBundles } from '../src/description/start-order.js'
import { writeTree } from '../src/generate/write-tree.js'
import { anyDescription, anyExecline } from './any-description.js'
import { anySource } from './any-source.js'
import { rejectionOf } from './source-rules.js'

const layouts: readonly Layout[] = ['s6', 's6-rc', 's6-overlay']

/** A property, and the number of its runs in `npm test`; the fuzz makes more runs. */
export interface Property {
  readonly name: string
  readonly runs: number
  readonly check: (runs: number, seed?: number) => Promise<void>
}

function property<T>(
  name: string,
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  holds: (input: T) => Promise<void> | void,
): Property {
  const check = async (numRuns: number, seed?: number) => {
    // A failure names its seed and the smallest input that fails.
    const options = { numRuns, ...(seed === undefined ? {} : { seed }) }
    await fc.assert(
      fc.asyncProperty(arbitrary, async input => holds(input)),
      options,
    )
  }
  return { name, runs, check }
}

function same(found: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`found  ${a}\nwanted ${b}`)
}

/** Fields in the order of their names: an order says nothing. */
function sorted(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(sorted)
  if (typeof input !== 'object' || input === null) return input
  const entries = Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'shp-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function shuffled(description: Description): Description {
  return Object.fromEntries(Object.entries(description).toReversed())
}

/** The words that `execlineb` itself reads in a text; undefined if it refuses the text. */
function oracle(text: string): readonly string[] | 'faulty' {
  const folder = mkdtempSync(join(tmpdir(), 'shp-'))
  try {
    const file = join(folder, 'script')
    // It reads its words back from where the kernel keeps them: an empty script has none.
    writeFileSync(file, `/bin/sh -c "cat /proc/$$/cmdline" sh ${text}`)
    const { status, stdout } = spawnSync('execlineb', ['-P', file], { encoding: 'utf8' })
    return status === 100 ? 'faulty' : stdout.split('\0').slice(4, -1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Everything that is to hold for any description. */
export const properties: readonly Property[] = [
  property('a tree of any description has no mistake', 200, anyDescription, description => {
    for (const layout of layouts) {
      const tree = generate(description, { layout })
      same(layout === 's6' ? lintScanDirectory(tree) : lintSource(tree, layout), [])
    }
  }),
  property(
    'each of its scripts is one that its interpreter can read',
    4,
    anyDescription,
    async d => {
      for (const layout of layouts) same(await lintSyntax(generate(d, { layout }), layout), [])
    },
  ),
  property(
    'lint finds fatal what s6-rc-compile rejects, and nothing else',
    1500,
    anySource,
    tree => {
      const found = lintSource(tree, 's6-rc').filter(({ fatal }) => fatal)
      const rejection = rejectionOf(tree)
      if (found.length > 0 === (rejection !== undefined)) return
      throw new Error(`rejected: ${rejection}\nfound: ${found.map(findingText).join('\n')}`)
    },
  ),
  property('whatever is imported is a sound description', 300, anySource, async tree => {
    const { services } = importTree(tree, { layout: 's6-rc' })
    const again = generate(services, { layout: 's6-rc' })
    same(rejectionOf(again), undefined)
  }),
  property('what is imported is what was described', 200, anyDescription, description => {
    const services = parseDescription(description)
    for (const layout of layouts) {
      const imported = importTree(generate(description, { layout }), { layout })
      same(
        sorted(imported),
        sorted({
          services: layout === 's6' ? withoutBundles(services) : services,
          notes: [],
        }),
      )
    }
  }),
  property('the order of a description says nothing', 100, anyDescription, description => {
    for (const layout of layouts) {
      const [one, other] = [description, shuffled(description)].map(each =>
        generate(each, { layout }),
      )
      same([...(one ?? [])], [...(other ?? [])])
    }
  }),
  property(
    'a description that is checked, or printed as YAML, stays the same',
    100,
    anyDescription,
    d => {
      const services = parseDescription(d)
      same(sorted(parseDescription(services)), sorted(services))
      const printed = parse(describe(services)) as { services: unknown }
      same(sorted(parseDescription(printed.services)), sorted(services))
    },
  ),
  property('a tree that is written is read as it was', 8, anyDescription, async description => {
    await inFolder(async folder => {
      const tree = generate(description, { layout: 's6-overlay' })
      await writeTree(join(folder, 'tree'), tree)
      same([...(await readTree(join(folder, 'tree')))], [...tree])
    })
  }),
  property('a command line means to us what it means to execlineb', 60, anyExecline, text => {
    const parsed = parseExecline(text)
    same('error' in parsed ? 'faulty' : parsed.words, oracle(text))
  }),
  property(
    'any text is one word for execlineb when it is quoted',
    30,
    fc.string({ unit: 'binary', maxLength: 20 }).filter(text => !text.includes('\0')),
    text => {
      same(parseExecline(quoteExecline(text)), {
        words: [text],
        places: [{ line: 0, isQuoted: true }],
      })
      same(oracle(quoteExecline(text)), [text])
    },
  ),
  property(
    'any value of the environment reaches the service',
    30,
    fc.string({ unit: 'binary', maxLength: 20 }).filter(text => !text.includes('\0')),
    text => {
      const lines = `${exports({ VALUE: text }).join('\n')}\n`
      same(splitExports(lines), [{ VALUE: text }, ''])
      const { stdout } = spawnSync('sh', { input: `${lines}printf %s "$VALUE"`, encoding: 'utf8' })
      same(stdout, text)
    },
  ),
]
