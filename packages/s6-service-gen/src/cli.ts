import { writeFile } from 'node:fs/promises'
import { plural, runProgram } from 'command-line-program'
import { Command, Option } from 'commander'
import { describe } from './description/describe.js'
import { findingText } from './lint/finding.js'
import { generate, type Layout } from './generate/generate.js'
import { importTree } from './import/import-tree.js'
import { lint } from './lint/lint.js'
import { userBundles, type UserBundle } from './generate/overlay-layout.js'
import { loadDescription } from './description/load-description.js'
import { readTree } from './tree/read-tree.js'
import { ServiceError } from './service-error.js'
import { version } from './version.js'
import { writeTree } from './generate/write-tree.js'

interface Flags {
  layout?: Layout
  userBundle?: UserBundle
  out?: string
  json?: true
}

const layouts: readonly Layout[] = ['s6', 's6-rc', 's6-overlay']

const layoutOption = (text: string) => new Option('--layout <layout>', text).choices(layouts)

const program = new Command('s6-service-gen')
  .description(
    'generate s6, s6-rc and s6-overlay service directories from one description, check and import them',
  )
  .version(version, '--version', 'print the version')
  .addHelpText(
    'after',
    '\nExit codes: 0 success, 1 the lint found a mistake or the import left something out, 2 wrong usage or input.',
  )

program
  .command('build')
  .description('write the tree for a description')
  .argument('<services.yaml>', 'the description; a .js or .ts module has it as its default export')
  .option('--out <folder>', 'output folder, required; an existing tree is replaced')
  .addOption(layoutOption('kind of tree').default('s6'))
  .addOption(
    new Option('--user-bundle <place>', "for s6-overlay: where its bundle of users' services is")
      .choices(['both', ...Object.keys(userBundles)])
      .default('both'),
  )
  .option('--json', 'print what was written as JSON')
  .action(build)

program
  .command('lint')
  .description('find mistakes in a tree, including those that s6 accepts in silence')
  .argument('<folder>', 'a scan directory, source definitions of s6-rc, or /etc/s6-overlay')
  .addOption(layoutOption('kind of tree (default: inferred from its files)'))
  .option('--json', 'print the findings as JSON')
  .action(check)

program
  .command('import')
  .description('read a tree back into a description, as YAML')
  .argument('<folder>', 'a scan directory, source definitions of s6-rc, or /etc/s6-overlay')
  .addOption(layoutOption('kind of tree (default: inferred from its files)'))
  .option('--out <file>', 'write the description to a file instead of stdout')
  .option('--json', 'print the description and the notes as JSON')
  .action(importFolder)

await runProgram(program, {
  describeError: error =>
    error instanceof ServiceError ? { message: error.message, exitCode: 2 } : undefined,
})

async function build(
  file: string,
  { layout = 's6', userBundle, out, json }: Flags,
  command: Command,
): Promise<void> {
  // Commander's own check of required options would hide an unknown option next to it.
  if (out === undefined)
    return command.error("error: required option '--out <folder>' not specified")
  const services = await loadDescription(file)
  const tree = generate(services, { layout, ...(userBundle ? { userBundle } : {}) })
  await writeTree(out, tree)
  const names = Object.keys(services)
  const files = [...tree.keys()]
  print(
    json
      ? JSON.stringify({ out, layout, services: names, files })
      : `Wrote ${plural(files.length, 'file')} for ${names.join(', ')} to ${out}`,
  )
}

async function check(folder: string, { layout, json }: Flags) {
  const findings = await lint(await readTree(folder), layout ? { layout } : {})
  if (findings.length > 0) process.exitCode = 1
  if (json) return print(JSON.stringify(findings))
  const fatal = findings.filter(each => each.fatal).length
  for (const finding of findings) print(findingText(finding))
  print(
    findings.length === 0
      ? `Found no mistake in ${folder}`
      : `Found ${plural(findings.length, 'mistake')} in ${folder}: ${fatal} fatal, ${findings.length - fatal} accepted in silence`,
  )
}

async function importFolder(folder: string, { layout, out, json }: Flags) {
  const { services, notes } = importTree(await readTree(folder), layout ? { layout } : {})
  const text = describe(services)
  if (out !== undefined) await writeNew(out, text)
  if (notes.length > 0) process.exitCode = 1
  for (const note of json ? [] : notes) process.stderr.write(`note: ${note}\n`)
  if (json) return print(JSON.stringify({ services, notes }))
  print(out === undefined ? text.trimEnd() : `Wrote ${Object.keys(services).join(', ')} to ${out}`)
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ServiceError('file', `Cannot write ${file}: ${reason}`, { cause })
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
