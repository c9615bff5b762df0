import { pathToFileURL } from 'node:url'
import { statSync } from 'node:fs'
import type { PoolMember } from 'haproxy-config-render'
import { z } from 'zod'
import { AgentError } from '../agent-error.js'
import type { MemberState } from '../state/agent-state.js'

/** What a user's own policy is told of a member that would serve. Frozen. */
export interface PolicyMember extends PoolMember {
  readonly status: MemberState['status']
  readonly suspect: boolean
}

/** A user's own policy, checked: who of these is to serve, and as what, by name. */
export type UserPolicy = (members: readonly PolicyMember[]) => ReadonlyMap<string, PoolMember>

const answerSchema = z.array(
  z.object({
    name: z.string(),
    address: z.string(),
    tags: z.record(z.string(), z.string()),
    draining: z.boolean().optional(),
  }),
)

/**
 * The policy of a module: its default export is a function that is given the
 * members that would serve, and returns those of them that are to, changed as
 * it sees fit: other tags (and by these other pools and weights), another
 * address, or `draining`. It has to be pure; it is called in every round.
 *
 * @throws AgentError `configuration` where the module cannot be loaded or has
 * no such function.
 */
export async function loadUserPolicy(file: string): Promise<UserPolicy> {
  const module = await importModule(file)
  const policy = module['default']
  if (typeof policy === 'function')
    return createUserPolicy(file, policy as (members: unknown) => unknown)
  const message = `policy: ${file} exports ${typeof policy} as its default, wanted a function from members to members`
  throw new AgentError('configuration', message)
}

/**
 * A policy whose exceptions and answers are looked at.
 *
 * @throws (the policy it returns) AgentError `policy`
 */
export function createUserPolicy(name: string, policy: (members: unknown) => unknown): UserPolicy {
  return members => {
    const given = Object.freeze(members.map(frozen))
    const names = new Set(members.map(member => member.name))
    const answer = answerSchema.safeParse(
      attempt(name, () => policy(given)),
      { reportInput: true },
    )
    if (!answer.success) {
      const [issue] = answer.error.issues
      const place = issue?.path.join('.') || 'its answer'
      throw bad(name, `${place}: ${issue?.message}`)
    }
    const chosen = new Map<string, PoolMember>()
    for (const { draining, ...member } of answer.data) {
      const shown = JSON.stringify(member.name.slice(0, 64))
      if (!names.has(member.name)) throw bad(name, `it returns ${shown}, whom it was not given`)
      if (chosen.has(member.name)) throw bad(name, `it returns ${shown} twice`)
      chosen.set(member.name, { ...member, ...(draining && { draining }) })
    }
    return chosen
  }
}

async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    // A changed file is another module to Node.
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

function attempt(name: string, act: () => unknown): unknown {
  try {
    return act()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new AgentError(
      'policy',
      `The own policy ${name} failed: ${message}; the last good state stays`,
      {
        cause,
      },
    )
  }
}

function bad(name: string, what: string): AgentError {
  const message = `The own policy ${name} gave a bad answer: ${what}; wanted a list of members that it was given, each once; the last good state stays`
  return new AgentError('policy', message)
}
