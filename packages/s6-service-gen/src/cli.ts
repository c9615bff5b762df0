import { Command, CommanderError, Option } from 'commander'
import { generate, type Layout } from './generate.js'
import { readDescription } from './read-description.js'
import { ServiceError } from './service-error.js'
import { writeTree } from './write-tree.js'

interface Flags {
  layout: Layout
  out: string
  json?: true
}

const program = new Command('s6-service-gen')
  .description('s6 service directories from one description')
  .exitOverride()

program
  .command('build')
  .description('write the tree for a description')
  .argument('<services.yaml>', 'the description')
  .requiredOption('--out <folder>', 'where to write it; what is there is replaced')
  .addOption(new Option('--layout <layout>', 'kind of tree').choices(['s6']).default('s6'))
  .option('--json', 'print what was written as JSON')
  .action(build)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof ServiceError) {
    process.stderr.write(`error: ${error.message}\n`)
    process.exitCode = 2
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    throw error
  }
}

async function build(description: string, { layout, out, json }: Flags): Promise<void> {
  const services = readDescription(description)
  const tree = generate(services, { layout })
  await writeTree(out, tree)
  const names = Object.keys(services)
  const files = [...tree.keys()]
  process.stdout.write(
    json
      ? `${JSON.stringify({ out, layout, services: names, files })}\n`
      : `Wrote ${files.length} files for ${names.join(', ')} to ${out}\n`,
  )
}
