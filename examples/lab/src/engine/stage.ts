import { join } from 'node:path'
import { repository } from '../repository.js'
import { balancer } from './place.js'

/** Purpose of a node; each role has an image, and a description of its services. */
export type Role = 'ha' | 'webapp'

/** Returns the role of a node. */
export function roleOf(node: string): Role {
  return node === balancer ? 'ha' : 'webapp'
}

/** Input for a stage's changes of a node's Serf configuration. */
interface SerfContext {
  readonly node: string
  addressOf(node: string): string
}

/**
 * The system as it is at one step of the lab: which of an image's services
 * run, and which files take the place of what the agent would write.
 */
export interface Stage {
  readonly name: string
  /** One sentence on what it is. */
  readonly summary: string
  /** Without a supervisor a node is its one service's process, and ends with it. */
  readonly isSupervised: boolean
  /** The description of each role's services. */
  readonly descriptions: Readonly<Record<Role, string>>
  /** Those of them that run. */
  readonly services: Readonly<Record<Role, readonly string[]>>
  /** Files that are copied into a node's folder, by their names there. */
  readonly files: Readonly<Record<Role, Readonly<Record<string, string>>>>
  /** True where a node joins at its start only, through what Serf's configuration names; in containers a service joins continuously otherwise. */
  readonly joinsOnce?: true
  /** Fields of the Serf agent's configuration that differ from the lab's; undefined leaves one out. */
  serf(context: SerfContext): Readonly<Record<string, unknown>>
}

const images = {
  ha: join(repository, 'images/ha/services.yaml'),
  webapp: join(repository, 'images/webapp/services.yaml'),
}

/** A file of the lab's own `stages` folder. */
export function stageFile(name: string): string {
  return join(repository, 'examples/lab/stages', name)
}

/** The whole system: every service of the images, every file by the agent. */
export const appliedStage: Stage = {
  name: 'applied',
  summary: 'the agent keeps HAProxy equal to the cluster',
  isSupervised: true,
  descriptions: images,
  services: { ha: ['haproxy', 'serf', 'agent'], webapp: ['webapp', 'health', 'serf'] },
  files: { ha: {}, webapp: {} },
  serf: () => ({}),
}
