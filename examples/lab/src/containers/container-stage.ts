import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { containerServices } from 'lab-images'
import { generate, loadDescription, writeTree, type Description } from 's6-service-gen'
import type { ContainerPlace } from './container-place.js'
import { addressOf, backendName } from '../engine/place.js'
import { appliedStage, roleOf, type Role, type Stage } from '../engine/stage.js'

/** Arguments that start a container at a stage: before the image's name, and after it. */
export interface StageMount {
  readonly options: readonly string[]
  readonly command: readonly string[]
}

/** The last stage is what the images hold. */
const imagesOwn: StageMount = { options: [], command: [] }

/** The node's folder in a container of a stage that is not the images' own. */
const nodeFolder = '/run/lab'

/**
 * Brings a container's services, files and Serf configuration to a stage,
 * by what is mounted into it; the images are not touched, and the last stage
 * needs nothing.
 */
export async function mountStage(
  place: ContainerPlace,
  node: string,
  stage: Stage,
): Promise<StageMount> {
  if (stage === appliedStage) return imagesOwn
  const role = roleOf(node)
  const folder = join(place.folder, 'stage', node)
  await rm(folder, { recursive: true, force: true })
  await writeStage(folder, place, node, stage)
  const environment = {
    NODE_DIR: nodeFolder,
    SCAN_DIR: '/run/service',
    NODE_IP: addressOf(place, node),
    ...(role === 'ha' && balancerEnvironment(place)),
  }
  const options = [
    '--volume',
    `${folder}:/stage:ro,z`,
    ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ]
  if (stage.isSupervised) {
    return {
      options: [...options, '--volume', `${join(folder, 'services')}:/etc/s6/services:ro,z`],
      command: [],
    }
  }
  const script = `set -e; lab-node configure; /stage/prepare; exec s6-envdir /run/environment sh -c '${await onlyRun(stage, role)}'`
  return { options: [...options, '--entrypoint', '/bin/sh'], command: ['-c', script] }
}

/** Everything that is mounted; it is read by services that are no root. */
async function writeStage(
  folder: string,
  place: ContainerPlace,
  node: string,
  stage: Stage,
): Promise<void> {
  const role = roleOf(node)
  const files = join(folder, 'files')
  await mkdir(files, { recursive: true })
  for (const [name, source] of Object.entries(stage.files[role])) {
    await copyFile(source, join(files, name))
  }
  const serf = stage.serf({ node, addressOf: other => addressOf(place, other) })
  await writeFile(join(folder, 'serf.json'), JSON.stringify(serf))
  await writeFile(join(folder, 'prepare'), prepare)
  await chmod(join(folder, 'prepare'), 0o755)
  if (!stage.isSupervised) return
  const tree = generate(await stageServices(stage, role), { layout: 's6' })
  await writeTree(join(folder, 'services'), tree)
}

/** The services of a stage, each after what brings the node's files to the stage. */
async function stageServices(stage: Stage, role: Role): Promise<Description> {
  const described = await loadDescription(stage.descriptions[role])
  const names = stage.services[role]
  const kept = Object.entries(containerServices(described)).filter(
    ([name]) =>
      names.includes(name) ||
      (name === 'join-seeds' && names.includes('serf') && stage.joinsOnce !== true),
  )
  const services = kept.map(([name, service]) => {
    const after = 'after' in service ? (service.after ?? []) : []
    return [name, { ...service, after: ['stage', ...after.filter(other => names.includes(other))] }]
  })
  return { ...Object.fromEntries(services), stage: { up: 'exec /stage/prepare' } }
}

/** The shell text of the one service that a node without a supervisor consists of. */
async function onlyRun(stage: Stage, role: Role): Promise<string> {
  const described = await loadDescription(stage.descriptions[role])
  const service = described[stage.services[role][0] ?? '']
  if (!service || !('run' in service)) throw new Error(`stage ${stage.name} has no service to run`)
  return service.run.replaceAll("'", String.raw`'\''`)
}

function balancerEnvironment(place: ContainerPlace): Record<string, string> {
  return {
    HAPROXY_CFG: `${nodeFolder}/haproxy.cfg`,
    HAPROXY_RUNTIME: '/run/haproxy/runtime.sock',
    SERF_HAPROXY_CONFIG: `${nodeFolder}/serf-haproxy.yaml`,
    ...Object.fromEntries(
      [1, 2, 3].map(number => [`WEBAPP_${number}_IP`, addressOf(place, backendName(number))]),
    ),
  }
}

/**
 * Runs in the container, before its services. What several of its users write
 * at these stages, the handlers of Serf among them, is open to all of them.
 */
const prepare = `#!/bin/sh
set -eu
mkdir -p "$NODE_DIR"
chmod 777 "$NODE_DIR"
for file in /stage/files/*; do
  [ ! -f "$file" ] || cp "$file" "$NODE_DIR/"
done
[ ! -f /run/serf-haproxy/serf-haproxy.yaml ] ||
  sed 's:/run/serf-haproxy/rpc.key:/run/serf/rpc.key:' /run/serf-haproxy/serf-haproxy.yaml >"$NODE_DIR/serf-haproxy.yaml"
chmod -R a+rwX "$NODE_DIR"
node -e '
  const { readFileSync, writeFileSync } = require("node:fs")
  const read = file => JSON.parse(readFileSync(file, "utf8"))
  const file = process.env.SERF_CONFIG
  writeFileSync(file, JSON.stringify({ ...read(file), ...read("/stage/serf.json") }))
'
`
