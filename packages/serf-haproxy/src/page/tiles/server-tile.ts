import type { MemberState, ServerState } from '../state/agent-state.js'
import { button, element, setAttribute, setText } from './element.js'
import type { Shown } from './keyed-list.js'
import { sparkline } from './sparkline.js'
import type { ServerTraffic } from './traffic.js'
import { plural, rate, type Tone } from './format.js'

/** One server of a pool, with its member and its traffic. */
export interface TileFacts {
  readonly server: ServerState
  readonly member: MemberState | undefined
  readonly traffic: ServerTraffic | undefined
}

/** Creates the tile of a server. A click opens the explanation of its member. */
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
      setAttribute(tile, 'data-tone', toneOf(facts))
      setText(state, statusOf(facts))
      setText(
        address,
        `${facts.server.address}:${facts.server.port}, weight ${facts.server.weight}`,
      )
      setText(standing, memberTextOf(facts))
      const { perSecond = 0, errors: count = 0, rates = [] } = facts.traffic ?? {}
      setText(traffic, `${rate(perSecond)} /s`)
      setText(errors, plural(count, 'error'))
      setAttribute(errors, 'data-tone', count > 0 ? 'bad' : 'quiet')
      spark.update(rates)
    },
  }
}

/** Returns HAProxy's status of the server. */
export function statusOf({ server }: TileFacts): string {
  return server.status ?? 'unknown'
}

/** Returns the most severe tone of HAProxy's status and the member's state. */
export function toneOf(facts: TileFacts): Tone {
  const { member } = facts
  const status = statusOf(facts)
  if (status.startsWith('DOWN')) return 'bad'
  if (member?.standing === 'held') return 'held'
  const isLeaving = member !== undefined && member.standing !== 'serving'
  if (isLeaving || member?.suspect || /^(?:DRAIN|MAINT|NOLB)/.test(status)) return 'warn'
  return /^(?:UP|no check)/.test(status) ? 'good' : 'quiet'
}

export function memberTextOf({ member }: TileFacts): string {
  if (!member) return 'no such member'
  const serf = member.suspect ? 'suspect' : member.status
  return `Serf: ${serf}, ${member.standing.replaceAll('-', ' ')}`
}
