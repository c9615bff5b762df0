import type { TimelineEntry } from '../state/agent-event.js'
import type { TrafficMarker } from '../state/traffic-state.js'

/** Most characters of a text: a cause may name thousands of members. */
const longestText = 300

/**
 * Returns the marker of an entry of the timeline; undefined for an event that changes no
 * traffic. Any client may read it, so texts of a configuration are left out. Pure.
 */
export function markerOf(entry: TimelineEntry): TrafficMarker | undefined {
  const facts = factsOf(entry)
  if (!facts) return undefined
  const { text } = facts
  const short = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text
  return { at: entry.at, kind: entry.kind, ...facts, text: short }
}

type Facts = Pick<TrafficMarker, 'text'> & Partial<Pick<TrafficMarker, 'kind' | 'generation'>>

function factsOf(entry: TimelineEntry): Facts | undefined {
  switch (entry.kind) {
    case 'outcome':
      return outcomeFacts(entry)
    case 'frozen':
    case 'thawed':
    case 'held':
    case 'released':
    case 'accepted':
      return { text: entry.text }
    case 'action': {
      const isDrain = entry.action === 'drain' || entry.action === 'undrain'
      return isDrain && entry.result === 'done' ? { text: entry.text } : undefined
    }
    case 'configuration':
      return { text: `A configuration was ${entry.isAccepted ? 'accepted' : 'rejected'}` }
    case 'probe-failed':
    case 'probe-passed': {
      const result = entry.kind === 'probe-failed' ? 'fails' : 'passes again'
      return { text: `The probe through HAProxy ${result}` }
    }
    case 'connection':
      if (entry.to === 'serf') return undefined
      return { text: `HAProxy ${entry.isUp ? 'answers' : 'does not answer'}` }
    default:
      return undefined
  }
}

function outcomeFacts({ outcome, cause }: TimelineEntry & { kind: 'outcome' }): Facts | undefined {
  switch (outcome.kind) {
    case 'applied': {
      const { generation, via } = outcome
      const kind = via === 'reload' ? 'reload' : 'generation'
      return { kind, generation, text: `Generation ${generation} by ${via}: ${cause}` }
    }
    case 'rejected':
      return { kind: 'failed', text: `HAProxy rejected a change: ${cause}` }
    case 'rolled-back':
      return { kind: 'failed', text: `A change was rolled back: ${cause}` }
    default:
      return undefined
  }
}
