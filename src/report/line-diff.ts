export interface DiffLine {
  /** `~`: lines in between that are the same and are left out. */
  sign: ' ' | '+' | '-' | '~'
  text: string
}

/** Beyond that many comparisons the whole is shown twice: no document of AWS is so long. */
const mostCells = 4_000_000

/** What changes from one text to the other, line by line, with a little of what stays around it. */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
  { around = 2 }: { around?: number } = {},
): DiffLine[] {
  const all =
    before.length * after.length > mostCells
      ? [...before.map(gone), ...after.map(come)]
      : compared(before, after)
  const near = all.map((_, at) =>
    all.slice(Math.max(0, at - around), at + around + 1).some(({ sign }) => sign !== ' '),
  )
  return all.flatMap((line, at): DiffLine[] => {
    if (near[at]) return [line]
    return at > 0 && near[at - 1] && near.includes(true, at) ? [{ sign: '~', text: '' }] : []
  })
}

const gone = (text: string): DiffLine => ({ sign: '-', text })
const come = (text: string): DiffLine => ({ sign: '+', text })

/** By the longest common subsequence, removals before additions. */
function compared(before: readonly string[], after: readonly string[]): DiffLine[] {
  const common = commonLengths(before, after)
  const lines: DiffLine[] = []
  let [at, to] = [0, 0]
  while (at < before.length || to < after.length) {
    const [one, other] = [before[at], after[to]]
    if (one !== undefined && one === other) {
      lines.push({ sign: ' ', text: one })
      at++
      to++
    } else if (
      one !== undefined &&
      (other === undefined || length(common, at + 1, to) >= length(common, at, to + 1))
    ) {
      lines.push(gone(one))
      at++
    } else {
      lines.push(come(other ?? ''))
      to++
    }
  }
  return lines
}

const length = (common: readonly Uint32Array[], at: number, to: number): number => common[at]?.[to] ?? 0

/** How many lines the rests from each pair of positions have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  for (let at = before.length - 1; at >= 0; at--) {
    const row = rows[at] ?? new Uint32Array()
    for (let to = after.length - 1; to >= 0; to--) {
      row[to] =
        before[at] === after[to]
          ? length(rows, at + 1, to + 1) + 1
          : Math.max(length(rows, at + 1, to), length(rows, at, to + 1))
    }
  }
  return rows
}
