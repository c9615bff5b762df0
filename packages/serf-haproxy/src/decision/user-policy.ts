import { pathToFileURL } from 'node:url'
import { statSync } from 'node:fs'
import type { PoolMember } from 'haproxy-config-render'
import * as z from 'zod'
import { AgentError } from '../agent-error.js'
import type { MemberState } from '../state/agent-state.js'

/** A member that would serve, as a user's policy gets it. Frozen. */
export interface PolicyMember extends PoolMember {
  /** Status in Serf. */
  readonly status: MemberState['status']
  /** True if the member did not answer a probe of the Serf agent. */
  readonly suspect: boolean
}

/** A user's policy, checked. Returns the members that are to serve, by name, as they are to be. */
export type UserPolicy = (members: readonly PolicyMember[]) => ReadonlyMap<string, PoolMember>

const resultSchema = z.array(
  z.object({
    name: z.string(),
    address: z.string(),
    tags: z.record(z.string(), z.string()),
    draining: z.boolean().optional(),
  }),
)

/**
 * Loads the policy of a module. Its default export is a function that gets the
 * members that would serve, and returns the members that are to serve. It may
 * change them: other tags (and by these other pools and weights), another
 * address, or `draining`. It has to be pure; it is called in every round.
 *
 * @throws AgentError `configuration` if the module cannot be loaded or has no
 * such function.
 */
export async function loadUserPolicy(file: string): Promise<UserPolicy> {
  const module = await importModule(file)
  const policy = module['default']
  if (typeof policy === 'function')
    return createUserPolicy(file, policy as (members: unknown) => unknown)
  const message = `policy: invalid default export of ${file}: expected a function from members to members, got ${typeof policy}`
  throw new AgentError('configuration', message)
}

/**
 * Wraps a policy so that its exceptions and results are checked.
 *
 * @throws (the policy it returns) AgentError `policy`
 */
export function createUserPolicy(name: string, policy: (members: unknown) => unknown): UserPolicy {
  return members => {
    const given = Object.freeze(members.map(frozen))
    const names = new Set(members.map(member => member.name))
    const result = resultSchema.safeParse(
      callPolicy(name, () => policy(given)),
      { reportInput: true },
    )
    if (!result.success) {
      const [issue] = result.error.issues
      const path = issue?.path.join('.') || 'the result'
      throw invalidResult(name, `${path}: ${issue?.message}`)
    }
    const chosen = new Map<string, PoolMember>()
    for (const { draining, ...member } of result.data) {
      const shown = JSON.stringify(member.name.slice(0, 64))
      if (!names.has(member.name)) throw invalidResult(name, `unknown member ${shown}`)
      if (chosen.has(member.name)) throw invalidResult(name, `member ${shown} twice`)
      chosen.set(member.name, { ...member, ...(draining && { draining }) })
    }
    return chosen
  }
}

async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // Node caches modules by URL: a changed file needs another one.
    const url = `${pathToFileURL(file).href}?changed=${statSync(file).mtimeMs}`
    return (await import(url)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    const message = `policy: cannot load ${file}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
}

function frozen(member: PolicyMember): PolicyMember {
  return Object.freeze({ ...member, tags: Object.freeze({ ...member.tags }) })
}

function callPolicy(name: string, call: () => unknown): unknown {
  try {
    return call()
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause)
    const message = `The custom policy ${name} failed: ${error}; the last good state stays`
    throw new AgentError('policy', message, { cause })
  }
}

function invalidResult(name: string, problem: string): AgentError {
  const message = `The custom policy ${name} returned an invalid result: expected a list of the members that it was given, each at most once, got ${problem}; the last good state stays`
  return new AgentError('policy', message)
}
