// npm run docs: builds the site of the documentation.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { repository, setUpSources } from './setup.js'

const usage = 'usage: npm run docs [-- [--out FOLDER] [--json] [--check]]'

const { out, json, check } = read(process.argv.slice(2))
const folder = resolve(out ?? join(repository, 'docs', 'site'))
requireSite(folder)
if (!existsSync(join(repository, 'node_modules', 'typedoc'))) setUpSources()
const { buildSite } = await import('./docs/build-site.js')
if (await buildSite({ repository, ...(check ? {} : { out: folder }) })) print()
else process.exitCode = 1

function print() {
  if (check) return
  const files = readdirSync(folder, { recursive: true }).map(name => join(folder, name))
  const pages = files.filter(name => name.endsWith('.html')).length
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  if (json) return console.log(JSON.stringify({ folder, pages, bytes }))
  const path = relative(process.cwd(), join(folder, 'index.html'))
  console.log(`${pages} pages, ${(bytes / 1e6).toFixed(1)} MB: open ${path} in a browser`)
}

function read(args) {
  const options = {
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    // Validates only, for `npm run check`.
    check: { type: 'boolean', default: false },
  }
  try {
    return parseArgs({ args, options }).values
  } catch ({ message }) {
    return fail(`${message}\n${usage}`)
  }
}

/** Refuses a folder with other files: the files in it are replaced. */
function requireSite(folder) {
  if (!existsSync(folder) || existsSync(join(folder, 'assets', 'search.js'))) return
  const isEmpty = statSync(folder).isDirectory() && readdirSync(folder).length === 0
  if (!isEmpty)
    fail(`Cannot write the site to ${folder}: expected a new or empty folder, got files`)
}

function fail(message) {
  console.error(`error: ${message}`)
  process.exit(2)
}
