import { tagOf, type ImageName } from './image-names.js'

/** Time that all of Serf's leave and the application's requests may take; seconds. */
export const stopSeconds = 25

/** Capabilities that PID 1 needs to start and stop services of other users; those have none. */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'KILL', 'SETGID', 'SETUID']

/** The container of one node. */
export interface NodeContainer {
  readonly image: ImageName
  readonly name: string
  readonly hostname: string
  readonly labels: Readonly<Record<string, string>>
  readonly network: string
  /** Every node answers to this name in the network's DNS. */
  readonly alias: string
  readonly address: string
  /** Ports of this machine, on 127.0.0.1 only, and the container's port behind each. */
  readonly published: readonly { readonly own: number; readonly published: number }[]
  /** The folder of this machine with the cluster's keys. */
  readonly keys: string
  readonly environment: Readonly<Record<string, string>>
  /** Further options of `docker run`. */
  readonly options: readonly string[]
  /** Arguments that replace the image's own command. */
  readonly command: readonly string[]
}

/** Returns the arguments of `docker run` for a node, which can write to nothing but `/run`. */
export function runArguments(node: NodeContainer): string[] {
  return [
    'run',
    '--detach',
    `--name=${node.name}`,
    `--hostname=${node.hostname}`,
    ...Object.entries(node.labels).map(([name, value]) => `--label=${name}=${value}`),
    `--network=${node.network}`,
    `--ip=${node.address}`,
    `--network-alias=${node.alias}`,
    ...node.published.map(({ own, published }) => `--publish=127.0.0.1:${published}:${own}`),
    `--volume=${node.keys}:/keys:ro,z`,
    '--read-only',
    '--tmpfs=/run:rw,exec,nosuid,nodev,mode=755,size=16m',
    '--cap-drop=ALL',
    ...capabilities.map(name => `--cap-add=${name}`),
    '--security-opt=no-new-privileges',
    `--stop-timeout=${stopSeconds}`,
    ...Object.entries(node.environment).map(([name, value]) => `--env=${name}=${value}`),
    ...node.options,
    tagOf(node.image),
    ...node.command,
  ]
}
