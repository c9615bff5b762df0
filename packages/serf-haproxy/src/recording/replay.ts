import type { Membership } from 'serf-events'
import { AgentError } from '../agent-error.js'
import { decide } from '../decision/decide.js'
import type { Facts } from '../decision/evaluate-member.js'
import {
  memoryFromData,
  noMemory,
  withAccepted,
  withPlaces,
  type Memory,
} from '../decision/member-memory.js'
import { renderDecision } from '../rendering/render-decision.js'
import type { Renderer } from '../rendering/renderer.js'
import { wholeText } from '../rendering/rendered-texts.js'
import { recordLineSchema, sha256, type RecordLine } from './recording.js'

/** A configuration that a replay resulted in. */
export interface ReplayedGeneration {
  /** Number in this replay, from 1. */
  readonly number: number
  /** Time in the recording: milliseconds since the epoch. */
  readonly at: number
  /** Line of the recording, from 1. */
  readonly line: number
  readonly servers: number
  readonly sha256: string
  /** Set if the recorded agent had the same result. */
  readonly isSame: boolean
  readonly text: string
  /** The files next to the configuration; left out if there are none. */
  readonly files?: readonly { readonly path: string; readonly text: string }[]
}

/**
 * Repeats the decisions of a recording; needs neither Serf nor HAProxy. With the
 * configuration of the recorded agent, every generation is the same.
 *
 * @throws AgentError `recording` if a line is invalid, RenderError.
 */
export function* replay(
  lines: Iterable<string>,
  renderer: Renderer,
): Generator<ReplayedGeneration, void> {
  let memory: Memory = noMemory
  let members: Facts['membership']['members'] = new Map()
  let before = ''
  let number = 0
  let line = 0
  for (const text of lines) {
    line++
    if (text.trim() === '') continue
    const round = readLine(text, line)
    if (round.members) members = membersOf(round)
    if (round.memory !== undefined) memory = memoryFromData(round.memory) ?? noMemory
    if (round.accepted) memory = withAccepted(memory, round.accepted)
    const facts = factsOf(round, members)
    const decided = decide(memory, facts, renderer.rules, round.now)
    const without = round.refused.map(name => [name, undefined] as const)
    const accepted = { ...decided, admitted: decided.admitted.with(without) }
    const { decision, rendering } = renderDecision(renderer, accepted, memory, facts)
    const { rendered } = rendering
    memory = withPlaces(decision.memory, rendering.placement.pools)
    const whole = wholeText(rendered)
    if (whole === before) continue
    before = whole
    const sum = sha256(whole)
    const servers = rendered.pools.reduce((count, pool) => count + pool.servers.length, 0)
    const isSame = sum === round.sha256
    yield {
      number: ++number,
      at: round.at,
      line,
      servers,
      sha256: sum,
      isSame,
      text: rendered.text,
      ...(rendered.files && { files: rendered.files.map(({ path, text }) => ({ path, text })) }),
    }
  }
}

function readLine(text: string, line: number): RecordLine {
  try {
    return recordLineSchema.parse(JSON.parse(text))
  } catch (cause) {
    const message = `Line ${line} of the recording is invalid: expected a line of \`serf-haproxy record\`, got ${JSON.stringify(text.slice(0, 100))}`
    throw new AgentError('recording', message, { cause })
  }
}

function membersOf({ members = [] }: RecordLine): Membership['members'] {
  return new Map(members.map(member => [member.name, member]))
}

function factsOf(
  { connected, suspects, self, servers, at, drained = [] }: RecordLine,
  members: Membership['members'],
): Facts {
  return {
    membership: {
      members,
      suspects: new Set(suspects),
      connected,
      ...(self !== undefined && { self }),
    },
    servers: servers
      ? new Map(
          servers.map(([name, health, provenIn]) => [
            name,
            { health, ...(provenIn && { provenIn }) },
          ]),
        )
      : undefined,
    wallTime: at,
    drained: new Map(drained.map(member => [member, { member, since: at }])),
  }
}
