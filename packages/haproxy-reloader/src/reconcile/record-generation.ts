import type { GenerationLog } from '../generations/generation-log.js'
import type { Generation } from '../generations/generation.js'
import type { Plan } from '../plan/plan.js'
import { joinCauses } from '../queue/cause.js'
import type { Task } from '../queue/task.js'

/** Records the configuration that HAProxy runs now; returns its number. */
export function recordGeneration(
  generations: GenerationLog,
  via: Generation['via'],
  { desired, causes }: Task,
  { reason, operations }: Plan,
  tookMs: number,
): number {
  const cause = joinCauses(causes) ?? reason
  const how = { at: Date.now(), cause, via, plan: { reason, operations }, tookMs }
  return generations.note(desired, how)
}
