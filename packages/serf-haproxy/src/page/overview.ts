import type { AgentState } from '../state/agent-state.js'
import { byId, element, setAttribute, setText } from './element.js'
import { keyedList } from './keyed-list.js'
import { quantile } from './latency.js'
import type { PageState } from './page-state.js'
import { milliseconds, plural, rate, span, thousands, type Tone } from './format.js'
import { totalRate } from './table/server-rows.js'

/** One fact in the header. */
interface Fact {
  readonly name: string
  readonly value: string
  readonly tone: Tone
}

/** Shows mode and key figures of the agent in the header. */
export function overview(): (page: PageState) => void {
  const mode = byId('mode')
  const showFacts = keyedList<Fact>(byId('facts'), ({ name }) => name, shownFact)
  return page => {
    const { text, tone } = modeOf(page)
    setText(mode, text)
    setAttribute(mode, 'data-tone', tone)
    document.title = `${text} – serf-haproxy`
    if (page.agent) showFacts(factsOf(page.agent, page))
  }
}

function shownFact({ name }: Fact) {
  const value = element('dd')
  const root = element('div', { class: 'fact' }, element('dt', {}, name), value)
  return {
    root,
    update: (fact: Fact) => {
      setText(value, fact.value)
      setAttribute(root, 'data-tone', fact.tone)
    },
  }
}

export function modeOf({ connection, agent }: PageState): { text: string; tone: Tone } {
  if (connection === 'lost') return { text: 'agent unreachable', tone: 'bad' }
  if (!agent) return { text: 'connecting', tone: 'quiet' }
  const tones = { following: 'good', frozen: 'warn', held: 'held' } as const
  return { text: agent.mode, tone: tones[agent.mode] }
}

export function factsOf(
  agent: AgentState,
  { reading }: Pick<PageState, 'reading'>,
  now = Date.now(),
): readonly Fact[] {
  const { serf, haproxy, generation, latency } = agent
  const alive = aliveOf(agent.members)
  const perSecond = reading.pools.reduce((sum, { rows }) => sum + totalRate(rows), 0)
  return [
    fact('Serf', serf.connected ? `${thousands(alive)} alive` : 'unreachable', serf.connected),
    fact('HAProxy', haproxyText(haproxy), haproxy.reachable),
    fact('Traffic', `${rate(perSecond)} /s`),
    fact('Generation', generation ? String(generation.number) : 'none'),
    fact(
      'Change to applied',
      latency.count === 0
        ? 'no change yet'
        : `${milliseconds(quantile(latency, 0.5))} p50, ${milliseconds(quantile(latency, 0.99))} p99`,
    ),
    fact('Uptime', span(now - agent.startedAt)),
  ]
}

const aliveCounts = new WeakMap<AgentState['members'], number>()

/** Counts the members that are alive, once for each list of members. */
function aliveOf(members: AgentState['members']): number {
  const known = aliveCounts.get(members)
  if (known !== undefined) return known
  const count = members.filter(({ status }) => status === 'alive').length
  aliveCounts.set(members, count)
  return count
}

function haproxyText({ reachable, version, oldWorkers }: AgentState['haproxy']): string {
  if (!reachable) return 'unreachable'
  const release = version?.split('-')[0] ?? 'reachable'
  return oldWorkers ? `${release}, ${plural(oldWorkers, 'old worker')}` : release
}

function fact(name: string, value: string, isGood = true): Fact {
  return { name, value, tone: isGood ? 'quiet' : 'bad' }
}
