import type { MemberState } from '../../state/agent-state.js'
import { element } from '../element.js'
import { dataTable } from '../table/data-table.js'
import { memberColumns, memberRules } from '../table/member-columns.js'
import { memberChoices } from './table-choices.js'
import type { Services, View } from './view.js'

/** Creates the view of all members, those without a server included. */
export function membersView(services: Services): View {
  const table = dataTable<MemberState>({
    label: 'Members',
    noun: 'member',
    columns: memberColumns,
    rules: memberRules,
    keyOf: ({ name }) => name,
    open: ({ name }) => services.open({ view: 'member', name }),
    change: services.filter,
  })
  const choices = memberChoices()
  return {
    root: element(
      'section',
      { 'aria-label': 'All members' },
      element('h2', { class: 'title', tabindex: '-1' }, 'Members'),
      table.root,
    ),
    update({ agent, reading }) {
      if (agent) table.update(agent.members, services.query(), choices(reading))
    },
  }
}
