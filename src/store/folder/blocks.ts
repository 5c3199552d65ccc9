export type Block = Uint8Array<ArrayBuffer>

export const blockBytes = 1 << 20
const mostKept = 24

/** Blocks that go round: gigabytes pass through a handful of them, and no garbage is left. */
export class Blocks {
  readonly #free: Block[] = []

  take(): Block {
    return this.#free.pop() ?? new Uint8Array(blockBytes)
  }

  giveBack(block: ArrayBuffer): void {
    if (this.#free.length < mostKept) this.#free.push(new Uint8Array(block))
  }
}
