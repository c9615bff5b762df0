import { element, setAttribute, setText } from '../element.js'
import { rate, thousands, type Tone } from '../format.js'
import { keyedList, type Shown } from '../keyed-list.js'
import { poolAddress } from '../route/route.js'
import {
  denseFrom,
  totalRate,
  type PoolRows,
  type Reading,
  type ServerRow,
} from '../table/server-rows.js'
import { serverTile } from './server-tile.js'

/** Most servers of all pools that are shown as tiles. */
const mostTiles = 96

/** Returns true if the servers are too many for tiles. */
export function isDense({ pools }: Pick<Reading, 'pools'>): boolean {
  const sizes = pools.map(({ rows }) => rows.length)
  const all = sizes.reduce((sum, size) => sum + size, 0)
  return all > mostTiles || sizes.some(size => size >= denseFrom)
}

/** Shows one card a pool in `place`, with one tile a server unless they are too many. */
export function poolCards(place: Element): (reading: Reading) => void {
  const show = keyedList<PoolRows & { readonly hasTiles: boolean }>(
    place,
    ({ name, hasTiles }) => `${hasTiles} ${name}`,
    poolCard,
  )
  return reading => {
    const hasTiles = !isDense(reading)
    show(reading.pools.map(pool => ({ ...pool, hasTiles })))
  }
}

/** Summarizes a pool: servers up, and its rate. */
export function summaryOf(rows: readonly ServerRow[]): string {
  const up = rows.reduce((count, row) => count + Number(row.isUp), 0)
  const all = `${thousands(rows.length)} ${rows.length === 1 ? 'server' : 'servers'}`
  return `${thousands(up)} of ${all} up, ${rate(totalRate(rows))} /s`
}

function poolCard({
  name,
  hasTiles,
}: {
  readonly name: string
  readonly hasTiles: boolean
}): Shown<PoolRows> {
  const summary = element('span', { class: 'summary' })
  const share = shareBar(hasTiles ? shareOfTraffic : shareOfTones)
  const list = element('ul', { class: 'tiles' })
  const empty = element('p', { class: 'empty' }, 'No servers.')
  const show = keyedList<ServerRow>(list, ({ server }) => server.name, serverTile)
  const link = element('a', { href: poolAddress(name), dir: 'auto' }, name)
  const content = hasTiles ? [list, empty] : [empty]
  return {
    root: element(
      'article',
      { class: 'card' },
      element('h3', {}, link, summary),
      share.root,
      ...content,
    ),
    update({ rows }) {
      if (hasTiles) show(rows)
      share.update(rows)
      empty.hidden = rows.length > 0
      setText(summary, summaryOf(rows))
    },
  }
}

/** One part of a bar, and its legend. */
interface Share {
  readonly key: string
  readonly tone: Tone
  readonly size: number
}

/** Creates a bar of the parts of a pool; tiles or a table show the same as figures. */
function shareBar(sharesOf: (rows: readonly ServerRow[]) => readonly Share[]) {
  const root = element('div', { class: 'share', 'aria-hidden': 'true' })
  const show = keyedList<Share>(
    root,
    ({ key }) => key,
    () => {
      const part = element('span')
      return {
        root: part,
        update({ key, tone, size }) {
          setAttribute(part, 'data-tone', tone)
          setAttribute(part, 'title', `${key}: ${rate(size)}`)
          part.style.flexGrow = String(size)
        },
      }
    },
  )
  return {
    root,
    update(rows: readonly ServerRow[]) {
      show(sharesOf(rows))
      root.hidden = rows.length === 0
    },
  }
}

function shareOfTraffic(rows: readonly ServerRow[]): readonly Share[] {
  return rows.map(({ server, tone, perSecond }) => ({ key: server.name, tone, size: perSecond }))
}

const toneLabels: Readonly<Record<Tone, string>> = {
  bad: 'down',
  held: 'held',
  warn: 'draining or suspect',
  quiet: 'not polled',
  good: 'up',
}

function shareOfTones(rows: readonly ServerRow[]): readonly Share[] {
  const counts = countTones(rows)
  const tones = Object.keys(toneLabels) as Tone[]
  return tones.map(tone => ({ key: toneLabels[tone], tone, size: counts[tone] }))
}

/** Returns the number of servers of each tone. */
export function countTones(rows: readonly Pick<ServerRow, 'tone'>[]): Record<Tone, number> {
  const counts = { bad: 0, held: 0, warn: 0, quiet: 0, good: 0 }
  for (const { tone } of rows) counts[tone]++
  return counts
}
