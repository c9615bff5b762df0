import { nameKey } from '../../src/page/table/select-rows.js'
import { toneOf, type ServerRow } from '../../src/page/table/server-rows.js'
import type { ServerState } from '../../src/state/agent-state.js'
import { memberNamed, serverNamed } from '../sample-state.js'

/** Returns the row of a server that is up and whose member serves. */
export function rowNamed(
  name: string,
  figures: Partial<ServerState> = {},
  facts: Partial<ServerRow> = {},
): ServerRow {
  const server = serverNamed(name, { status: 'UP', ...figures })
  const member = 'member' in facts ? facts.member : memberNamed(name)
  const pool = facts.pool ?? 'nodes'
  const row = {
    key: `${pool}/${name}`,
    order: nameKey(name),
    pool,
    server,
    perSecond: 0,
    errors: 0,
    rates: [],
    ...facts,
    member,
  }
  return { ...row, tone: toneOf(row), isUp: /^(?:UP|no check)/.test(server.status ?? '') }
}
