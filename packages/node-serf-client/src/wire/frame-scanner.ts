import { childCount, objectSize } from './msgpack-object.js'
import { SerfError } from '../serf-error.js'

/** Nesting limit; Serf's own messages have four levels. */
const maxDepth = 16

/**
 * Splits a stream of bytes into whole msgpack objects, for any chunks. Nothing
 * is decoded or allocated before an object is complete: a peer that announces
 * more than it sends costs only the bytes that it sent.
 */
export class FrameScanner {
  readonly #maxFrameBytes: number
  #bytes: Buffer = Buffer.alloc(0)
  /** Positions: start of the open frame, of the scan, and end of the bytes. */
  #start = 0
  #at = 0
  #end = 0
  /** Number of objects still missing in each open array or map. */
  #missing: number[] = []

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  /** True while a frame is incomplete. */
  get isOpen(): boolean {
    return this.#end > this.#start
  }

  /**
   * Adds bytes and returns the frames that they complete. The frames are views
   * of bytes that are never written again.
   *
   * @throws SerfError `protocol` for bytes that are not msgpack, for a frame
   * larger than the limit, announced or real, and for one nested too deeply.
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
      }
    }
    return frames
  }

  #descend(children: number): void {
    this.#missing.push(children)
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
    if (frame > this.#maxFrameBytes) {
      throw unreadableFrame(
        `a frame of at most ${this.#maxFrameBytes} bytes`,
        `${frame} bytes or more`,
      )
    }
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
