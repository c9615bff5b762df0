import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { defaultTemplate } from 'haproxy-config-render'
import { AgentError } from '../agent-error.js'
import { configurationJsonSchema } from '../configuration/schema.js'
import { print } from './print.js'

interface InitFlags {
  readonly folder: string
  readonly force?: true
}

/** `serf-haproxy init`. */
export const initCommand = new Command('init')
  .description('write a commented configuration and template that run as they are')
  .option('--folder <path>', 'where to write them', '.')
  .option('--force', 'replace what is there')
  .action(init)

const configurationTemplate = new URL('../../../templates/serf-haproxy.yaml', import.meta.url)

function init({ folder, force }: InitFlags): void {
  const files = {
    'serf-haproxy.yaml': readFileSync(configurationTemplate, 'utf8'),
    'haproxy.cfg.hbs': `${templateHead}${defaultTemplate.source}`,
    'serf-haproxy.schema.json': `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
  }
  const present = Object.keys(files).filter(name => existsSync(join(folder, name)))
  if (present.length > 0 && !force) {
    const message = `${present.join(', ')}: there already in ${folder}; wanted none, or --force to replace them`
    throw new AgentError('configuration', message)
  }
  try {
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  } catch (cause) {
    const message = `cannot write to ${folder}: ${(cause as Error).message}`
    throw new AgentError('configuration', message, { cause })
  }
  print(`Wrote ${Object.keys(files).join(', ')}.

In ${folder}, beside a Serf agent that listens on 127.0.0.1:7373:

  serf-haproxy run                                 # writes haproxy.cfg, then follows the cluster
  haproxy -W -S master.sock -f haproxy.cfg         # in another terminal
  serf-haproxy status                              # what the agent knows
  serf-haproxy doctor                              # what is wrong, and its remedy

Members with the tag role=web serve on http://127.0.0.1:8080/.`)
}

const templateHead = `{{! Handlebars: what a member says is escaped for where it stands.
   \`serf-haproxy check\` has HAProxy judge the result. }}
`
