import { byId } from '../element.js'
import { trafficCharts } from '../charts/traffic-charts.js'
import { memberRows } from '../member-rows.js'
import { isDense, poolCards } from '../tiles/pool-cards.js'
import { pendingPlan } from './pending-plan.js'
import { serverTable, type ServerTable } from './server-table.js'
import type { Services, View } from './view.js'

/** Creates the view of all pools: tiles, or from some 24 servers on one table. */
export function overviewView(services: Services): View {
  const showCards = poolCards(byId('pools'))
  const showMembers = memberRows(byId('members'), byId('members-rest'))
  const place = byId('servers')
  const charts = trafficCharts()
  const pending = pendingPlan(services.controls)
  byId('traffic').append(pending.root, charts.root)
  let table: ServerTable | undefined
  return {
    root: byId('overview'),
    update(page) {
      const { agent, reading } = page
      if (!agent) return
      charts.update(page)
      pending.update(page)
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
