import { dataTable } from '../table/data-table.js'
import { serverColumns, serverRules } from '../table/server-columns.js'
import type { PoolRows, Reading, ServerRow } from '../table/server-rows.js'
import { serverChoices } from './table-choices.js'
import type { Services } from './view.js'

/** A table of the servers of some pools. */
export interface ServerTable {
  readonly root: HTMLElement
  update(reading: Reading, pools: readonly PoolRows[]): void
}

/** Creates the table of the servers of one pool, or of all pools. */
export function serverTable(services: Services, pool?: string): ServerTable {
  const columns = serverColumns.filter(({ key }) => pool === undefined || key !== 'pool')
  const table = dataTable<ServerRow>({
    label: pool === undefined ? 'Servers of all pools' : `Servers of ${pool}`,
    noun: 'server',
    columns,
    rules: serverRules,
    keyOf: ({ key }) => key,
    open: ({ server }) => services.open({ view: 'member', name: server.name }),
    change: services.filter,
  })
  const choices = serverChoices()
  return {
    root: table.root,
    update(reading, pools) {
      const [first, ...more] = pools
      const rows = more.length === 0 ? (first?.rows ?? []) : pools.flatMap(each => each.rows)
      table.update(rows, services.query(), choices(reading, pool !== undefined))
    },
  }
}
