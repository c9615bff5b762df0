import { childCount, objectSize } from './msgpack-object.js'
import { SerfError } from '../serf-error.js'

/** Nesting limit; Serf's own messages have four levels. */
const maxDepth = 16

/** Limits of one frame. */
export interface FrameLimits {
  /** Size on the wire, in bytes. */
  readonly maxFrameBytes: number
  /**
   * Number of msgpack objects in it: an empty list is one byte on the wire, and
   * some 50 bytes when it is decoded.
   */
  readonly maxElements: number
}

/**
 * Splits a stream of bytes into whole msgpack objects, for any chunks. Nothing
 * is decoded or allocated before an object is complete: a peer that announces
 * more than it sends costs only the bytes that it sent.
 */
export class FrameScanner {
  readonly #limits: FrameLimits
  #bytes: Buffer = Buffer.alloc(0)
  /** Positions: start of the open frame, of the scan, and end of the bytes. */
  #start = 0
  #at = 0
  #end = 0
  /** Number of objects still missing in each open array or map. */
  #missing: number[] = []
  /** Number of objects in the open frame, announced ones included. */
  #elements = 1

  constructor(limits: FrameLimits) {
    this.#limits = limits
  }

  /** True while a frame is incomplete. */
  get isOpen(): boolean {
    return this.#end > this.#start
  }

  /**
   * Adds bytes and returns the frames that they complete. The frames are views
   * of bytes that are never written again.
   *
   * @throws SerfError `reply-too-large` for a frame above a limit, announced or
   * real; `protocol` for bytes that are not msgpack, or nested too deeply.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#append(chunk)
    const frames: Uint8Array[] = []
    for (;;) {
      const size = objectSize(this.#bytes, this.#at, this.#end)
      if (this.#at === this.#end || size === undefined) break
      this.#check(size)
      if (this.#at + size > this.#end) break
      const children = childCount(this.#bytes, this.#at)
      this.#check(size + children)
      this.#at += size
      if (children > 0) this.#descend(children)
      else if (this.#ascend()) {
        const { buffer, byteOffset } = this.#bytes
        frames.push(new Uint8Array(buffer, byteOffset + this.#start, this.#at - this.#start))
        this.#start = this.#at
        this.#elements = 1
      }
    }
    return frames
  }

  #descend(children: number): void {
    this.#missing.push(children)
    this.#elements += children
    const { maxElements } = this.#limits
    if (this.#elements > maxElements)
      throw tooLarge(`of at most ${maxElements} values`, `${this.#elements}`, 'maxElements')
    if (this.#missing.length > maxDepth)
      throw unreadableFrame(`at most ${maxDepth} levels of nesting`, 'more')
  }

  /** Counts a complete object; returns true if it completes the frame. */
  #ascend(): boolean {
    for (let depth = this.#missing.length - 1; depth >= 0; depth--) {
      const left = (this.#missing[depth] ?? 0) - 1
      this.#missing[depth] = left
      if (left > 0) return false
      this.#missing.pop()
    }
    return true
  }

  /** Checks the minimum size of the current object against the frame limit. */
  #check(bytes: number): void {
    if (Number.isNaN(bytes)) throw unreadableFrame('msgpack', 'the unused byte 0xc1')
    const frame = this.#at + bytes - this.#start
    const { maxFrameBytes } = this.#limits
    if (frame > maxFrameBytes)
      throw tooLarge(`of at most ${maxFrameBytes} bytes`, `${frame} bytes`, 'maxFrameBytes')
  }

  #append(chunk: Uint8Array): void {
    const open = this.#end - this.#start
    if (open === 0) {
      this.#bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      this.#start = this.#at = 0
      this.#end = chunk.length
      return
    }
    if (this.#end + chunk.length > this.#bytes.length) {
      // The buffer doubles each time, so that a long frame is copied only a few times.
      const grown = Buffer.allocUnsafeSlow(Math.max(2 * open, open + chunk.length))
      this.#bytes.copy(grown, 0, this.#start, this.#end)
      this.#bytes = grown
      this.#at -= this.#start
      this.#start = 0
      this.#end = open
    }
    this.#bytes.set(chunk, this.#end)
    this.#end += chunk.length
  }
}

function unreadableFrame(expected: string, got: string): SerfError {
  return new SerfError(
    'protocol',
    `Cannot read the Serf agent's data: expected ${expected}, got ${got}`,
  )
}

function tooLarge(expected: string, got: string, option: string): SerfError {
  return new SerfError(
    'reply-too-large',
    `Cannot read the Serf agent's data: expected a frame ${expected}, got ${got} or more; ` +
      `check that a Serf agent listens there, or set a larger ${option}`,
  )
}
