import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError, type PresentEngine } from 'serf-haproxy-lab'

/** The two ways to write the same commands into a Dockerfile. */
type RunVariantName = 'many' | 'one'

/** Results of one variant, measured in real builds. */
export interface RunVariant {
  readonly dockerfile: string
  /** Layers and bytes that it adds to the base image. */
  readonly layers: number
  readonly bytes: number
  /** Time of the first build, without a cache; ms. */
  readonly buildMs: number
  /** Time of each build after one file has changed; ms. */
  readonly rebuildMs: readonly number[]
}

/** Both variants, or the reason why they were not built. */
export type RunVariants =
  | {
      readonly engine: string
      readonly base: string
      readonly variants: Readonly<Record<RunVariantName, RunVariant>>
    }
  | { readonly variants?: undefined; readonly reason: string }

const base = 'serf-haproxy-base:latest'
const copy = 'COPY settings /opt/tool/settings'

/** A download, its installation, and the clean-up: without a network, so that nothing else is timed. */
const commands = [
  'head -c 8000000 /dev/urandom >/tmp/download',
  'gzip -9 -c /tmp/download >/tmp/packed && mkdir -p /opt/tool && head -c 1000000 /tmp/packed >/opt/tool/program',
  'sha256sum /opt/tool/* >/opt/tool/sums && rm /tmp/download /tmp/packed',
]

/** The Dockerfiles: only the last command needs the file that changes. */
const dockerfiles: Readonly<Record<RunVariantName, string>> = {
  many: [
    `FROM ${base}`,
    ...commands.slice(0, -1).map(command => `RUN ${command}`),
    copy,
    `RUN ${commands.at(-1)}`,
    '',
  ].join('\n'),
  one: [`FROM ${base}`, copy, `RUN ${commands.join(' && \\\n    ')}`, ''].join('\n'),
}

/** Options of {@link measureRunVariants}. */
export interface RunVariantsOptions {
  readonly engine: PresentEngine
  /** Number of builds after a change. */
  readonly rebuilds: number
  readonly signal: AbortSignal
}

type Cli = NonNullable<PresentEngine['cli']>

/** Builds both variants on the lab's base image, and removes them again. */
export async function measureRunVariants(options: RunVariantsOptions): Promise<RunVariants> {
  const { cli } = options.engine
  if (cli === undefined) return { reason: options.engine.reason }
  const before = await imageSize(cli, base)
  if (before === undefined) {
    return { reason: `the image ${base} is not there; build it with: npm run images` }
  }
  const built = (name: RunVariantName) => buildVariant(cli, name, before, options)
  const many = await built('many')
  return { engine: `${cli.name} ${cli.version}`, base, variants: { many, one: await built('one') } }
}

async function buildVariant(
  cli: Cli,
  name: RunVariantName,
  before: ImageSize,
  { rebuilds, signal }: RunVariantsOptions,
): Promise<RunVariant> {
  const folder = await mkdtemp(join(tmpdir(), 'lab-run-variants-'))
  const tags: string[] = []
  const build = async (more: readonly string[] = []) => {
    const tag = `serf-haproxy-run-variants:${process.pid}-${name}-${tags.length}`
    await writeFile(join(folder, 'settings'), `${tag}\n`)
    // podman keeps the layers of a build for the next one only where it is told to.
    const own = cli.name === 'docker' ? [] : ['--layers']
    const startedAt = performance.now()
    await cli.run(['build', '--quiet', ...own, ...more, '-t', tag, folder], { signal })
    tags.push(tag)
    return performance.now() - startedAt
  }
  try {
    await writeFile(join(folder, 'Dockerfile'), dockerfiles[name])
    const buildMs = await build(['--no-cache'])
    const rebuildMs: number[] = []
    for (let i = 0; i < rebuilds; i++) rebuildMs.push(await build())
    const after = await imageSize(cli, tags.at(-1) ?? base)
    return {
      dockerfile: dockerfiles[name],
      layers: (after?.layers ?? 0) - before.layers,
      bytes: (after?.bytes ?? 0) - before.bytes,
      buildMs,
      rebuildMs,
    }
  } catch (cause) {
    throw new LabError(`The variant of RUN "${name}" was not built: ${(cause as Error).message}`, {
      cause,
    })
  } finally {
    if (tags.length > 0) await cli.attempt(['image', 'rm', '--force', ...tags])
    await rm(folder, { recursive: true, force: true })
  }
}

interface ImageSize {
  readonly layers: number
  readonly bytes: number
}

async function imageSize(cli: Cli, image: string): Promise<ImageSize | undefined> {
  const format = '{{len .RootFS.Layers}} {{.Size}}'
  const { code, stdout } = await cli.attempt(['image', 'inspect', '--format', format, image])
  const [layers = 0, bytes = 0] = stdout.trim().split(' ').map(Number)
  return code === 0 ? { layers, bytes } : undefined
}
