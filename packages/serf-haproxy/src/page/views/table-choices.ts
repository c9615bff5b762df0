import type { MemberState } from '../../state/agent-state.js'
import type { FilterChoices } from '../table/filter-bar.js'
import { stateLabels, zoneOf } from '../table/row-text.js'
import type { Reading } from '../table/server-rows.js'
import { compareTexts } from '../table/select-rows.js'

/** States of a server that a member without one does not have. */
const serverStates: readonly string[] = ['up', 'down', 'unknown']

/** Returns a function that lists the filters of a table of servers. */
export function serverChoices(): (reading: Reading, hasPool: boolean) => FilterChoices {
  const zones = zoneList()
  return ({ pools, members }, hasPool) => ({
    states: stateLabels,
    pools: hasPool ? [] : pools.map(({ name }) => name),
    zones: zones(members),
  })
}

/** Returns a function that lists the filters of a table of members. */
export function memberChoices(): (reading: Reading) => FilterChoices {
  const zones = zoneList()
  const states = Object.fromEntries(
    Object.entries(stateLabels).filter(([state]) => !serverStates.includes(state)),
  )
  return ({ pools, members }) => ({
    states,
    pools: pools.map(({ name }) => name),
    zones: zones(members),
  })
}

/** Most zones that a list offers: tags are untrusted. */
const mostZones = 100

/** Returns a function that lists the zones of members, which it reads once for each list. */
function zoneList(): (members: readonly MemberState[]) => readonly string[] {
  let read: readonly MemberState[] = []
  let zones: readonly string[] = []
  return members => {
    if (members === read) return zones
    read = members
    const found = new Set(members.map(zoneOf))
    found.delete('')
    zones = [...found].toSorted(compareTexts).slice(0, mostZones)
    return zones
  }
}
