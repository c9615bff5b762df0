// Bundles the agent's program: one file for each command and for what commands
// share, instead of 400 modules, which Node would find and read one by one.
import { build } from 'esbuild'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repository } from './setup.js'

const own = join(repository, 'packages/serf-haproxy')
export const bundleFolder = join(own, 'dist/program')

/**
 * Makes the bundle from the compiled modules: the contents of its files by
 * name, and esbuild's account of which module is in which file.
 */
export async function bundle() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: own,
    entryPoints: { 'serf-haproxy': 'dist/src/cli.js' },
    outdir: bundleFolder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Names stay as they are: errors and stacks show them.
    minifyWhitespace: true,
    minifySyntax: true,
    // Node prints the whole line of an uncaught error.
    lineLimit: 160,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // CommonJS packages in it require modules of Node.
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
    },
    metafile: true,
    write: false,
  })
  const files = new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
  files.set('LICENSES.txt', licences(Object.keys(metafile.inputs)))
  return { files, metafile }
}

/** Returns the licences of the npm packages that contain these files. */
function licences(inputs) {
  const folders = inputs.flatMap(input => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [])
  const texts = [...new Set(folders)]
    .toSorted((a, b) => a.localeCompare(b))
    .map(folder => {
      const place = join(own, folder)
      const file = readdirSync(place).find(name => /^licen[cs]e/i.test(name))
      const { name, version, license } = JSON.parse(
        readFileSync(join(place, 'package.json'), 'utf8'),
      )
      const text = file === undefined ? '' : `\n${readFileSync(join(place, file), 'utf8').trim()}\n`
      return `${name} ${version} (${license})\n${text}`
    })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

/**
 * Makes the folder equal to the files. An equal file is not touched, and
 * another one is replaced as a whole: programs may be running from it.
 */
function write(files) {
  mkdirSync(bundleFolder, { recursive: true })
  // The entry comes last: it finds all that it imports, whenever this is stopped.
  const inOrder = [...files].toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)))
  for (const [name, text] of inOrder) {
    const file = join(bundleFolder, name)
    if (contents(file) === text) continue
    const fresh = `${bundleFolder}-${process.pid}`
    writeFileSync(fresh, text)
    renameSync(fresh, file)
  }
  for (const name of readdirSync(bundleFolder)) {
    if (!files.has(name)) rmSync(join(bundleFolder, name), { force: true })
  }
}

function isEntry([name]) {
  return name === 'serf-haproxy.js'
}

function contents(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) write((await bundle()).files)
