import { readFileSync } from 'node:fs'
import { compileTemplate } from './compile-template.js'

const source = readFileSync(new URL('../../../templates/haproxy.cfg.hbs', import.meta.url), 'utf8')

/** The template that is used where a user brings none: no change, reload or crash loses a request. */
export const defaultTemplate = compileTemplate(source, { name: 'haproxy.cfg.hbs' })
