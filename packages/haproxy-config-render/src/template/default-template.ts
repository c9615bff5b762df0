import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { compileTemplate } from './compile-template.js'

// Found by the package's name, because in a bundle this module is in another folder.
const manifest = createRequire(import.meta.url).resolve('haproxy-config-render/package.json')
const source = readFileSync(join(dirname(manifest), 'templates/haproxy.cfg.hbs'), 'utf8')

/** The template that is used where a user brings none: no change, reload or crash loses a request. */
export const defaultTemplate = compileTemplate(source, { name: 'haproxy.cfg.hbs' })
