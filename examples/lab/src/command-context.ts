import type { Command } from 'commander'
import type { LabLocation } from './choose-engine.js'
import type { NodeEngine } from './engine/node-engine.js'
import type { Stage } from './engine/stage.js'

/** The options that every command of the lab has. */
export interface CommonFlags extends LabLocation {
  readonly json?: true
}

/** Values that a command needs to build labs of its own. */
export interface CommandContext {
  /** Returns the engine of the selected lab; without a stage, with that of the lab that runs. */
  readonly engineFor: (stage?: Stage) => NodeEngine
  readonly isJson: boolean
  /** Options that lead to the selected lab from another terminal. */
  readonly options: string
  readonly signal: AbortSignal
}

/** Adds commands to the lab's: `command` makes one with the options that all have, `contextOf` reads these. */
export type AddCommands = (
  command: (name: string) => Command,
  contextOf: (flags: CommonFlags) => CommandContext,
) => void
