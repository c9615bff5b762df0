import { runProgram, terminalOf, type Failure } from 'command-line-program'
import { Command, Option } from 'commander'
import { chooseEngine, engineNames, optionsFor, startOptionsFor } from './choose-engine.js'
import { addAutoscale } from './autoscale-command.js'
import type { AddCommands, CommandContext, CommonFlags } from './command-context.js'
import type { NodeEngine } from './engine/node-engine.js'
import { describeChange, publicEndpoints } from './lab/change-text.js'
import { createLab, type Change, type Lab } from './lab/lab.js'
import { abortWhenInterrupted, interrupt, interrupted } from './interruption.js'
import { LabError, noLab } from './lab-error.js'
import { labStatus } from './lab/lab-status.js'
import { parseScale } from './engine/place.js'
import { requireNoArguments } from './require-no-arguments.js'
import { runTour } from './lab/run-tour.js'
import { runUp } from './lab/run-up.js'
import { statusTable } from './lab/status-table.js'
import { version } from './version.js'

interface Flags extends CommonFlags {
  readonly backends?: string
  readonly detach?: true
}

const ended = new AbortController()

/** Runs the command line of this process, and sets its exit code. */
export async function runLabCommand(addMore: AddCommands = () => {}): Promise<void> {
  abortWhenInterrupted(ended)
  addLabCommands()
  addAutoscale(command, contextOf)
  addMore(command, contextOf)
  await runProgram(program, {
    describeError: error => {
      if (ended.signal.aborted) return { message: '', exitCode: interrupted }
      return error instanceof LabError ? { message: error.message, exitCode: 2 } : undefined
    },
    report,
    onLostReader: () => interrupt(ended),
  })
}

function contextOf(flags: CommonFlags): CommandContext {
  return {
    engineFor: stage => chooseEngine(flags, stage),
    isJson: flags.json === true,
    options: optionsFor(flags),
    signal: ended.signal,
  }
}

const program = new Command('npm run lab --')
  .description('A real Serf cluster drives a real HAProxy, every node under a real s6')
  .version(version, '--version', 'print the version')

function addLabCommands(): void {
  command('up', { isDefault: true })
    .description('start the lab and show it live; Ctrl-C ends it (this is the default)')
    .option('--backends <n>', 'how many web applications', '2')
    .option('--detach', 'leave it running; `down` ends it')
    // The default command is also given unknown commands; `up` rejects them.
    .allowExcessArguments()
    .action(up)
  command('status').description('show every node once').action(status)
  command('scale <n>')
    .description('start or stop nodes until there are n web applications')
    .action((count: string, flags: Flags) =>
      change(flags, lab => lab.scale(parseScale(count, 'scale'))),
    )
  nodeCommand('start', 'start a node', (lab, node) => lab.start(node))
  nodeCommand('stop', 'stop a node in order: no request is lost', (lab, node) => lab.stop(node))
  nodeCommand('kill', 'end a node as a power failure would', (lab, node) => lab.kill(node))
  nodeCommand('freeze', "freeze a node's web application; its Serf agent goes on", (lab, node) =>
    lab.freeze(node),
  )
  nodeCommand('thaw', 'continue a frozen web application', (lab, node) => lab.thaw(node))
  command('down').description('stop every node and leave nothing behind').action(down)
  command('tour')
    .description('run 2 → 5 → 4 → 0 → 1 web applications and check each step')
    .action(async (flags: Flags) => {
      const isGood = await runTour(chooseEngine(flags), {
        json: flags.json === true,
        signal: ended.signal,
      })
      if (!isGood) process.exitCode = 1
    })
}

function command(name: string, options?: { isDefault: boolean }): Command {
  return program
    .command(name, options)
    .option('--json', 'print JSON')
    .addOption(
      new Option('--engine <name>', 'what runs the nodes: processes on Linux, containers elsewhere')
        .choices(engineNames)
        .default('auto'),
    )
    .option(
      '--subnet <a.b.c>',
      "the lab's network: 127.0.42 of processes, 192.168.42 of containers; kept in the folder",
    )
    .option(
      '--folder <path>',
      'folder of the lab, by default in the temporary folder; it keeps the network and the engine',
    )
}

function nodeCommand(
  name: string,
  description: string,
  act: (lab: Lab, node: string) => Promise<Change>,
): void {
  command(`${name} <node>`)
    .description(description)
    .action((node: string, flags: Flags) => change(flags, lab => act(lab, node)))
}

async function up(flags: Flags, { args }: Command): Promise<void> {
  requireNoArguments(program, args)
  await runUp(chooseEngine(flags), {
    backends: parseScale(flags.backends ?? '', '--backends'),
    isJson: flags.json === true,
    detach: flags.detach === true,
    options: optionsFor(flags),
    signal: ended.signal,
  })
}

async function status(flags: Flags): Promise<void> {
  const engine = chooseEngine(flags)
  if (!(await engine.exists())) throw noLab(startOptionsFor(flags))
  const [nodes, endpoints] = await whileItRuns(engine, async () => [
    await labStatus(engine),
    publicEndpoints(await engine.endpoints()),
  ])
  console.log(
    flags.json
      ? JSON.stringify({ endpoints, nodes })
      : statusTable(nodes, terminalOf(process.stdout)),
  )
}

async function down(flags: Flags): Promise<void> {
  await labOf(flags).down()
  console.log(flags.json ? JSON.stringify({ ended: true }) : 'The lab has ended; nothing is left.')
}

async function change(flags: Flags, act: (lab: Lab) => Promise<Change>): Promise<void> {
  const engine = chooseEngine(flags)
  const done = await whileItRuns(engine, () => act(labOf(flags, engine)))
  console.log(flags.json ? JSON.stringify(done) : describeChange(done))
}

function labOf(flags: Flags, engine = chooseEngine(flags)): Lab {
  return createLab(engine, { signal: ended.signal, startOptions: startOptionsFor(flags) })
}

/** Runs an action; if it fails since the lab has ended meanwhile, the error says that. */
async function whileItRuns<T>(engine: NodeEngine, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof LabError || ended.signal.aborted || (await engine.exists())) throw error
    throw new LabError('The lab was ended from another terminal', { cause: error })
  }
}

function report({ message, exitCode }: Failure): void {
  process.exitCode = exitCode
  if (exitCode === interrupted) return
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: message }))
  else console.error(`error: ${message}`)
}
