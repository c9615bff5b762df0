import type { AgentState } from '../state/agent-state.js'
import { byId, element, mark, say } from './element.js'
import { keyedList } from './keyed-list.js'
import { quantile } from './latency.js'
import type { PageState } from './page-state.js'
import { milliseconds, plural, rate, span, type Tone } from './words.js'

/** One fact of the strip on top. */
interface Fact {
  readonly name: string
  readonly value: string
  readonly tone: Tone
}

/** The strip on top: how the agent is doing, in a handful of facts. */
export function overview(): (page: PageState) => void {
  const mode = byId('mode')
  const showFacts = keyedList<Fact>(byId('facts'), ({ name }) => name, shownFact)
  return page => {
    const { words, tone } = modeOf(page)
    say(mode, words)
    mark(mode, 'data-tone', tone)
    document.title = `${words} – serf-haproxy`
    if (page.agent) showFacts(factsOf(page.agent, page))
  }
}

function shownFact({ name }: Fact) {
  const value = element('dd')
  const root = element('div', { class: 'fact' }, element('dt', {}, name), value)
  return {
    root,
    update: (fact: Fact) => {
      say(value, fact.value)
      mark(root, 'data-tone', fact.tone)
    },
  }
}

function modeOf({ connection, agent }: PageState): { words: string; tone: Tone } {
  if (connection === 'lost') return { words: 'agent not reached', tone: 'bad' }
  if (!agent) return { words: 'connecting', tone: 'quiet' }
  const tones = { following: 'good', frozen: 'warn', held: 'held' } as const
  return { words: agent.mode, tone: tones[agent.mode] }
}

function factsOf(agent: AgentState, { traffic }: PageState): readonly Fact[] {
  const { serf, haproxy, generation, latency } = agent
  const alive = agent.members.filter(({ status }) => status === 'alive').length
  const perSecond = [...traffic.values()].reduce((sum, server) => sum + server.perSecond, 0)
  return [
    fact('Serf', serf.connected ? `${alive} alive` : 'not reached', serf.connected),
    fact('HAProxy', haproxyWords(haproxy), haproxy.reachable),
    fact('Traffic', `${rate(perSecond)} /s`),
    fact('Generation', generation ? String(generation.number) : 'none'),
    fact(
      'Doorbell to applied',
      latency.count === 0
        ? 'no change yet'
        : `${milliseconds(quantile(latency, 0.5))} p50, ${milliseconds(quantile(latency, 0.99))} p99`,
    ),
    fact('Up for', span(Date.now() - agent.startedAt)),
  ]
}

function haproxyWords({ reachable, version, oldWorkers }: AgentState['haproxy']): string {
  if (!reachable) return 'not reached'
  const release = version?.split('-')[0] ?? 'reached'
  return oldWorkers ? `${release}, ${plural(oldWorkers, 'old worker')}` : release
}

function fact(name: string, value: string, isGood = true): Fact {
  return { name, value, tone: isGood ? 'quiet' : 'bad' }
}
