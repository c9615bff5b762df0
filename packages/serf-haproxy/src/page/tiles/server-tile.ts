import { element, setAttribute, setText } from '../element.js'
import { plural, rate } from '../format.js'
import type { Shown } from '../keyed-list.js'
import { memberAddress } from '../route/route.js'
import { serfStatus, standingText } from '../table/row-text.js'
import { statusOf, type ServerRow } from '../table/server-rows.js'
import { sparkline } from './sparkline.js'

/** Creates the tile of a server, which leads to the view of its member. */
export function serverTile({ server }: ServerRow): Shown<ServerRow> {
  const state = element('span', { class: 'state' })
  const address = element('span', { class: 'address' })
  const traffic = element('span', { class: 'number' })
  const errors = element('span')
  const standing = element('span', { class: 'standing' })
  const spark = sparkline()
  const tile = element(
    'a',
    { class: 'tile', href: memberAddress(server.name) },
    element('span', { class: 'tile-head' }, element('b', { dir: 'auto' }, server.name), state),
    address,
    spark.root,
    element('span', { class: 'tile-foot' }, traffic, errors),
    standing,
  )
  return {
    root: element('li', {}, tile),
    update(row) {
      setAttribute(tile, 'data-tone', row.tone)
      setText(state, statusOf(row))
      setText(address, `${row.server.address}:${row.server.port}, weight ${row.server.weight}`)
      setText(standing, memberTextOf(row))
      setText(traffic, `${rate(row.perSecond)} /s`)
      setText(errors, plural(row.errors, 'error'))
      setAttribute(errors, 'data-tone', row.errors > 0 ? 'bad' : 'quiet')
      spark.update(row.rates)
    },
  }
}

/** Returns the state of the server's member in Serf, and the decision of the agent. */
export function memberTextOf({ member }: Pick<ServerRow, 'member'>): string {
  if (!member) return 'no such member'
  return `Serf: ${serfStatus(member)}, ${standingText(member)}`
}
