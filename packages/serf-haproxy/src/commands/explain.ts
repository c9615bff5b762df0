import type { Explanation, MemberTimes } from '../state/explanation.js'
import { printableName } from '../printable-name.js'
import { agentCommand } from './agent-command.js'
import { moment, oneLine } from './table.js'

const steps: readonly (readonly [keyof MemberTimes, string])[] = [
  ['seen', 'seen'],
  ['admitted', 'admitted'],
  ['applied', 'applied'],
  ['firstHealthy', 'first healthy'],
  ['firstRequest', 'first request'],
  ['drained', 'drained'],
  ['removed', 'removed'],
]

/** `serf-haproxy explain`. */
export const explainCommand = agentCommand<Explanation>(
  'explain <member>',
  'say why a member is where it is: each rule, and how far it came when',
  (agent, member = '') => agent.get(`/explain/${encodeURIComponent(member)}`),
  ({ member, now, rules, times }) =>
    [
      `${printableName(member)}: ${oneLine(now)}`,
      ...rules.map(({ rule, holds, found, wanted }) =>
        holds
          ? `  yes  ${oneLine(rule)}: ${oneLine(found)}`
          : `  no   ${oneLine(rule)}: found ${oneLine(found)}, wanted ${oneLine(wanted)}`,
      ),
      ...steps.flatMap(([key, words]) => {
        const at = times[key]
        return at === undefined ? [] : [`  ${words.padEnd(14)} ${moment(at)}`]
      }),
    ].join('\n'),
)
