import type { PoolState } from '../state/agent-state.js'
import { byId, element, mark, say } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { serverTile, statusOf, toneOf, type TileFacts } from './server-tile.js'
import { serverId } from './traffic.js'
import { plural, rate } from './words.js'

interface PoolFacts {
  readonly pool: PoolState
  readonly tiles: readonly TileFacts[]
}

/** The pools, each a card with a tile for each of its servers. */
export function poolCards(explain: (member: string) => void): (page: PageState) => void {
  const place = byId('pools')
  const show = keyedList<PoolFacts>(
    place,
    ({ pool }) => pool.name,
    facts => poolCard(facts, explain),
  )
  return ({ agent, traffic }) => {
    if (!agent) return
    const members = new Map(agent.members.map(member => [member.name, member]))
    show(
      agent.pools.map(pool => ({
        pool,
        tiles: pool.servers.map(server => ({
          server,
          member: members.get(server.name),
          traffic: traffic.get(serverId(pool.name, server.name)),
        })),
      })),
    )
  }
}

function poolCard({ pool }: PoolFacts, explain: (member: string) => void): Shown<PoolFacts> {
  const summary = element('span', { class: 'summary' })
  const share = element('div', { class: 'share', 'aria-hidden': 'true' })
  const showShare = keyedList<TileFacts>(share, ({ server }) => server.name, shareOfTraffic)
  const list = element('ul', { class: 'tiles' })
  const empty = element('p', { class: 'empty' }, 'Nobody serves here.')
  const show = keyedList<TileFacts>(
    list,
    ({ server }) => server.name,
    tile => serverTile(tile, explain),
  )
  return {
    root: element(
      'article',
      { class: 'card' },
      element('h3', {}, element('span', {}, pool.name), summary),
      share,
      list,
      empty,
    ),
    update({ tiles }) {
      show(tiles)
      showShare(tiles)
      share.hidden = tiles.length === 0
      empty.hidden = tiles.length > 0
      const up = tiles.filter(tile => /^(?:UP|no check)/.test(statusOf(tile))).length
      const perSecond = tiles.reduce((sum, tile) => sum + (tile.traffic?.perSecond ?? 0), 0)
      say(summary, `${up} of ${plural(tiles.length, 'server')} up, ${rate(perSecond)} /s`)
    },
  }
}

/** A piece of the bar that shows how a pool's traffic is spread; the tiles say it in figures. */
function shareOfTraffic(): Shown<TileFacts> {
  const root = element('span')
  return {
    root,
    update(facts) {
      mark(root, 'data-tone', toneOf(facts))
      root.style.flexGrow = String(facts.traffic?.perSecond ?? 0)
    },
  }
}
