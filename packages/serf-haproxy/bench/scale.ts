import { execFileSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { haproxyReleases, type HaproxyRelease } from 'real-components'
import { endAll, withEndings } from './scale/endings.js'
import { tableOf, type Figure } from './scale/figure.js'
import { measureAgents } from './scale/measure-agents.js'
import { measureBurst } from './scale/measure-burst.js'
import { measureJoins } from './scale/measure-joins.js'
import { measureStart } from './scale/measure-start.js'
import { measureUse } from './scale/measure-use.js'
import { readOptions } from './scale/scale-options.js'
import { startStand } from './scale/stand.js'

// npm run bench:scale: the cost of one change by the number of members, of the whole agent between
// a scripted Serf agent and a real HAProxy, seen from outside, with the goal of each figure.

const sizesOfBursts = [100, 9000]

const found = haproxyReleases()
const options = readOptions(found.map(({ version }) => version))
const loadBefore = loadavg()[0] ?? Number.NaN
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(130)))
const releases = found.filter(({ version }) => options.releases.includes(version))
if (releases.length === 0) {
  process.stderr.write('error: expected HAProxy on the PATH; install it, or run npm test once\n')
  process.exit(2)
}
const figures: Figure[] = []
for (const [i, release] of releases.entries())
  figures.push(...(await measureRelease(release, i === 0)))
if (options.only.includes('start')) {
  progress('start and --version')
  figures.push(...(await measureStart()))
}
print(figures)

/** Measures with one release. The agent's own use hardly depends on it: the first one shows it. */
async function measureRelease(release: HaproxyRelease, isFirst: boolean): Promise<Figure[]> {
  const { only: parts } = options
  const processor = isFirst && parts.includes('processor')
  const idle = isFirst && parts.includes('idle')
  const measured: Figure[] = []
  if (parts.includes('join') || processor || idle)
    for (const count of options.members) {
      progress(`HAProxy ${release.version}, ${count} members`)
      const more = await withEndings(async tidy => {
        const stand = await startStand(tidy, release, count)
        const joins = parts.includes('join') ? await measureJoins(stand) : []
        const use = processor || idle ? await measureUse(stand, { processor, idle }) : []
        return [...joins, ...use]
      })
      measured.push(...more)
    }
  if (parts.includes('burst'))
    for (const count of sizesOfBursts) {
      progress(`HAProxy ${release.version}, many joins into ${count} members`)
      measured.push(await withEndings(tidy => measureBurst(tidy, release, count)))
    }
  if (parts.includes('agents') && isFirst) {
    progress(`HAProxy ${release.version}, real Serf agents`)
    measured.push(...(await withEndings(tidy => measureAgents(tidy, release))))
  }
  return measured
}

function print(all: readonly Figure[]): void {
  const about = {
    date: new Date().toISOString(),
    node: process.version,
    haproxy: releases.map(({ program }) => versionOf(program, '-v')),
    serf: options.only.includes('agents') ? versionOf('serf', 'version') : undefined,
    processors: cpus().length,
    loadBefore,
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...about, figures: all })}\n`)
    return
  }
  const { date, node, haproxy, serf, processors } = about
  const programs = `Node ${node}, HAProxy ${haproxy.join(' and ')}${serf === undefined ? '' : `, Serf ${serf}`}`
  process.stdout.write(
    `${date}, ${programs}, ${processors} processors, load before ${loadBefore.toFixed(1)}\n\n${tableOf(all)}`,
  )
}

function versionOf(program: string, argument: string): string {
  const text = execFileSync(program, [argument], { encoding: 'utf8' })
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? 'of an unknown version'
}

function progress(what: string): void {
  process.stderr.write(`${what}\n`)
}
