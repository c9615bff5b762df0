import { moment } from 'command-line-program'
import { printableName, printableText } from '../printable-name.js'
import { memberSteps, type Explanation } from '../state/explanation.js'
import { agentCommand } from './agent-command.js'

/** `serf-haproxy explain`. */
export const explainCommand = agentCommand<Explanation>(
  'explain <member>',
  'explain why a member is in its current state, rule by rule, with timestamps',
  {
    ask: (agent, member = '') => agent.get(`/explain/${encodeURIComponent(member)}`),
    describe: ({ member, now, rules, times }) =>
      [
        `${printableName(member)}: ${printableText(now)}`,
        ...rules.map(({ rule, holds, found, wanted }) =>
          holds
            ? `  yes  ${printableText(rule)}: ${printableText(found)}`
            : `  no   ${printableText(rule)}: expected ${printableText(wanted)}, got ${printableText(found)}`,
        ),
        ...memberSteps.flatMap(({ key, label }) => {
          const at = times[key]
          return at === undefined ? [] : [`  ${label.padEnd(14)} ${moment(at)}`]
        }),
      ].join('\n'),
    isDone: ({ isKnown }) => isKnown,
  },
)
