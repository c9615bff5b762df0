import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { defaultTemplate } from 'haproxy-config-render'
import { AgentError } from '../agent-error.js'
import { configurationJsonSchema } from '../configuration/schema.js'
import { packageFile } from '../package-file.js'
import { print } from './print.js'

interface InitFlags {
  readonly folder: string
  readonly force?: true
}

/** `serf-haproxy init`. */
export const initCommand = new Command('init')
  .description('write a commented configuration and template that work unchanged')
  .option('--folder <path>', 'folder to write to', '.')
  .option('--force', 'overwrite existing files')
  .action(init)

const configurationTemplate = packageFile('templates/serf-haproxy.yaml')

function init({ folder, force }: InitFlags): void {
  const files = {
    'serf-haproxy.yaml': readFileSync(configurationTemplate, 'utf8'),
    'haproxy.cfg.hbs': `${templateHead}${defaultTemplate.source}`,
    'serf-haproxy.schema.json': `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
  }
  const present = Object.keys(files).filter(name => existsSync(join(folder, name)))
  if (present.length > 0 && !force) {
    const message = `${folder} already contains ${present.join(', ')}; --force overwrites them`
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

In ${folder}, on a machine whose Serf agent listens on 127.0.0.1:7373:

  serf-haproxy run                                 # writes haproxy.cfg, then follows the cluster
  haproxy -W -S unix@master.sock -f haproxy.cfg    # in another terminal
  serf-haproxy status                              # agent status and warnings
  serf-haproxy doctor                              # problems and how to fix them

Members with the tag role=web receive the traffic of http://127.0.0.1:8080/.`)
}

const templateHead = `{{! A Handlebars template. Names and tags of members are escaped.
   \`serf-haproxy check\` validates the result with HAProxy. }}
`
