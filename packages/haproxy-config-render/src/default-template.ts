import { readFileSync } from 'node:fs'
import { compileTemplate } from './compile-template.js'

/** Source of the template that is used where a user brings none. */
export const defaultTemplateSource: string = readFileSync(
  new URL('../../templates/haproxy.cfg.hbs', import.meta.url),
  'utf8',
)

/** The compiled {@link defaultTemplateSource}: no request is lost by a change, a reload or a crash. */
export const defaultTemplate = compileTemplate(defaultTemplateSource, { name: 'haproxy.cfg.hbs' })
