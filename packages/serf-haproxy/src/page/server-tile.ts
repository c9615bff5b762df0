import type { MemberState, ServerState } from '../state/agent-state.js'
import { button, element, mark, say } from './element.js'
import type { Shown } from './keyed-list.js'
import { sparkline } from './sparkline.js'
import type { ServerTraffic } from './traffic.js'
import { plural, rate, type Tone } from './words.js'

/** One server of a pool, with what each witness says of it. */
export interface TileFacts {
  readonly server: ServerState
  readonly member: MemberState | undefined
  readonly traffic: ServerTraffic | undefined
}

/** A server as a tile; pressing it explains its member. */
export function serverTile(
  { server }: TileFacts,
  explain: (member: string) => void,
): Shown<TileFacts> {
  const state = element('span', { class: 'state' })
  const address = element('span', { class: 'address' })
  const traffic = element('span', { class: 'number' })
  const errors = element('span')
  const standing = element('span', { class: 'standing' })
  const spark = sparkline()
  const tile = button('', () => explain(server.name), { class: 'tile' })
  tile.append(
    element('span', { class: 'tile-head' }, element('b', {}, server.name), state),
    address,
    spark.root,
    element('span', { class: 'tile-foot' }, traffic, errors),
    standing,
  )
  return {
    root: element('li', {}, tile),
    update(facts) {
      mark(tile, 'data-tone', toneOf(facts))
      say(state, statusOf(facts))
      say(address, `${facts.server.address}:${facts.server.port}, weight ${facts.server.weight}`)
      say(standing, standingOf(facts))
      const { perSecond = 0, errors: count = 0, rates = [] } = facts.traffic ?? {}
      say(traffic, `${rate(perSecond)} /s`)
      say(errors, plural(count, 'error'))
      mark(errors, 'data-tone', count > 0 ? 'bad' : 'quiet')
      spark.update(rates)
    },
  }
}

/** HAProxy's own word. */
export function statusOf({ server }: TileFacts): string {
  return server.status ?? 'not seen yet'
}

/** How the worst of the witnesses sees it. */
export function toneOf(facts: TileFacts): Tone {
  const { member } = facts
  const status = statusOf(facts)
  if (status.startsWith('DOWN')) return 'bad'
  if (member?.standing === 'held') return 'held'
  const isLeaving = member !== undefined && member.standing !== 'serving'
  if (isLeaving || member?.suspect || /^(?:DRAIN|MAINT|NOLB)/.test(status)) return 'warn'
  return /^(?:UP|no check)/.test(status) ? 'good' : 'quiet'
}

function standingOf({ member }: TileFacts): string {
  if (!member) return 'no member of that name'
  const serf = member.suspect ? 'suspect' : member.status
  return `Serf: ${serf}, ${member.standing.replaceAll('-', ' ')}`
}
