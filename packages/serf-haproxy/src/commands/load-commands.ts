import type { Command } from 'commander'

/** The commands in the order of the help. Each is read when it is needed: a start stays short. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.js')).initCommand,
  adopt: async () => (await import('./adopt.js')).adoptCommand,
  unadopt: async () => (await import('./unadopt.js')).unadoptCommand,
  run: async () => (await import('./run.js')).runCommand,
  render: async () => (await import('./render.js')).renderCommand,
  plan: async () => (await import('./plan.js')).planCommand,
  check: async () => (await import('./check.js')).checkCommand,
  status: async () => (await import('./status.js')).statusCommand,
  members: async () => (await import('./members.js')).membersCommand,
  explain: async () => (await import('./explain.js')).explainCommand,
  history: async () => (await import('./history.js')).historyCommand,
  diff: async () => (await import('./history.js')).diffCommand,
  rollback: async () => (await import('./history.js')).rollbackCommand,
  freeze: async () => (await import('./mode.js')).freezeCommand,
  thaw: async () => (await import('./mode.js')).thawCommand,
  accept: async () => (await import('./mode.js')).acceptCommand,
  ready: async () => (await import('./ready.js')).readyCommand,
  drain: async () => (await import('./mode.js')).drainCommand,
  undrain: async () => (await import('./mode.js')).undrainCommand,
  release: async () => (await import('./release.js')).releaseCommand,
  doctor: async () => (await import('./doctor.js')).doctorCommand,
  record: async () => (await import('./record.js')).recordCommand,
  replay: async () => (await import('./replay.js')).replayCommand,
  handler: async () => (await import('./handler.js')).handlerCommand,
}

/**
 * Loads what the first argument asks for: no command for `--version`, one for
 * its name, and all for everything else, such as the help or a typing error.
 */
export function loadCommands(first: string | undefined): Promise<Command[]> {
  if (first === '--version') return Promise.resolve([])
  const one = first !== undefined && Object.hasOwn(loaders, first) ? loaders[first] : undefined
  return Promise.all((one ? [one] : Object.values(loaders)).map(load => load()))
}
