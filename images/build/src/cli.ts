import { fileURLToPath } from 'node:url'
import { Command, CommanderError, Option } from 'commander'
import { buildImages, type Built } from './build-images.js'
import { containerCliNames, findContainerCli, type ContainerCliName } from './container-cli.js'
import { ImageError } from './image-error.js'
import { imageReport, type ImageFacts } from './image-report.js'

interface Flags {
  engine: ContainerCliName | 'auto'
  cache: boolean
  json?: true
}

/** The repository's folder, seen from the compiled file. */
const repository = fileURLToPath(new URL('../../../../', import.meta.url))

const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => ended.abort(new ImageError('Interrupted')))
}

const program = new Command('npm run images --')
  .description("Builds the lab's images, and prints their sizes")
  .addOption(
    new Option('--engine <name>', 'the program that builds them')
      .choices(['auto', ...containerCliNames])
      .default('auto'),
  )
  .option('--no-cache', 'use nothing from earlier builds')
  .option('--json', 'print JSON')
  .exitOverride()
  .action(build)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else if (ended.signal.aborted) process.exitCode = 130
  else if (error instanceof ImageError) fail(error)
  else throw error
}

async function build({ engine: wanted, cache, json }: Flags): Promise<void> {
  const engine = await findContainerCli(wanted === 'auto' ? undefined : [wanted])
  const built = await buildImages(engine, {
    repository,
    isCold: !cache,
    signal: ended.signal,
    onStep: step => process.stderr.write(`Building: ${step} …\n`),
  })
  const facts = await imageReport(engine)
  const { name, version } = engine
  console.log(
    json
      ? JSON.stringify({ engine: { name, version }, ...built, images: facts })
      : describe(`${name} ${version}`, built, facts),
  )
}

function describe(engine: string, built: Built, facts: readonly ImageFacts[]): string {
  return [
    `Built with ${engine} in ${seconds(built.totalMs)}; Debian's image: ${built.debian}, ${seconds(built.steps.debian)}; contexts: ${seconds(built.steps.contexts)}`,
    ...facts.map(({ image, tag, id, bytes, layers, sharedLayers, sharedBytes }) => {
      const shared =
        image === 'base'
          ? ''
          : `, of which ${megabytes(bytes - sharedBytes)} its own; ${sharedLayers} of ${layers} layers are the base's`
      return `  ${tag}  ${id}  ${megabytes(bytes)}${shared}; built in ${seconds(built.steps[image])}`
    }),
  ].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

function fail({ message }: ImageError): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: message }))
  else console.error(`error: ${message}`)
  process.exitCode = 2
}
