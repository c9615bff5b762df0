import { byId } from '../element.js'
import { memberRows } from '../member-rows.js'
import { isDense, poolCards } from '../tiles/pool-cards.js'
import { serverTable, type ServerTable } from './server-table.js'
import type { Services, View } from './view.js'

/** Creates the view of all pools: tiles, or from some 24 servers on one table. */
export function overviewView(services: Services): View {
  const showCards = poolCards(byId('pools'))
  const showMembers = memberRows(byId('members'), byId('members-rest'))
  const place = byId('servers')
  let table: ServerTable | undefined
  return {
    root: byId('overview'),
    update({ agent, reading }) {
      if (!agent) return
      const isTable = isDense(reading)
      document.body.classList.toggle('dense', isTable)
      showCards(reading)
      showMembers(agent.members)
      place.hidden = !isTable
      if (!isTable) return
      if (!table) {
        table = serverTable(services)
        place.append(table.root)
      }
      table.update(reading, reading.pools)
    },
  }
}
