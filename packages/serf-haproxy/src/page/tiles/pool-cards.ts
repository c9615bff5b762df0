import type { AgentState, PoolState } from '../state/agent-state.js'
import { byId, element, setAttribute, setText } from './element.js'
import { keyedList, type Shown } from './keyed-list.js'
import type { PageState } from './page-state.js'
import { serverTile, statusOf, toneOf, type TileFacts } from './server-tile.js'
import { serverId, type Traffic } from './traffic.js'
import { plural, rate } from './format.js'

interface PoolFacts {
  readonly pool: PoolState
  readonly tiles: readonly TileFacts[]
}

/** Shows one card per pool, with one tile per server. */
export function poolCards(explain: (member: string) => void): (page: PageState) => void {
  const place = byId('pools')
  const show = keyedList<PoolFacts>(
    place,
    ({ pool }) => pool.name,
    facts => poolCard(facts, explain),
  )
  return ({ agent, traffic }) => {
    if (!agent) return
    show(poolsOf(agent, traffic))
  }
}

/** Joins each server with its member and its traffic. */
export function poolsOf(
  { members, pools }: Pick<AgentState, 'members' | 'pools'>,
  traffic: Traffic,
): readonly PoolFacts[] {
  const byName = new Map(members.map(member => [member.name, member]))
  return pools.map(pool => ({
    pool,
    tiles: pool.servers.map(server => ({
      server,
      member: byName.get(server.name),
      traffic: traffic.get(serverId(pool.name, server.name)),
    })),
  }))
}

/** Summarizes a pool: servers up, and its rate. */
export function summaryOf(tiles: readonly TileFacts[]): string {
  const up = tiles.filter(tile => /^(?:UP|no check)/.test(statusOf(tile))).length
  const perSecond = tiles.reduce((sum, tile) => sum + (tile.traffic?.perSecond ?? 0), 0)
  return `${up} of ${plural(tiles.length, 'server')} up, ${rate(perSecond)} /s`
}

function poolCard({ pool }: PoolFacts, explain: (member: string) => void): Shown<PoolFacts> {
  const summary = element('span', { class: 'summary' })
  const share = element('div', { class: 'share', 'aria-hidden': 'true' })
  const showShare = keyedList<TileFacts>(share, ({ server }) => server.name, shareOfTraffic)
  const list = element('ul', { class: 'tiles' })
  const empty = element('p', { class: 'empty' }, 'No servers.')
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
      setText(summary, summaryOf(tiles))
    },
  }
}

/** One server's part of the traffic bar; the tiles show the same as figures. */
function shareOfTraffic(): Shown<TileFacts> {
  const root = element('span')
  return {
    root,
    update(facts) {
      setAttribute(root, 'data-tone', toneOf(facts))
      root.style.flexGrow = String(facts.traffic?.perSecond ?? 0)
    },
  }
}
