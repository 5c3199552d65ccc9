/** The candidate closest to the word by typing errors, if it is close enough to be what was meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    const distance = typingErrors(word.toLowerCase(), candidate.toLowerCase())
    if (!best || distance < best.distance) best = { candidate, distance }
  }
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined
}

/** Letters added, left out, replaced, or swapped with their neighbour. */
function typingErrors(a: string, b: string): number {
  const table = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  const at = (row: number, column: number) => table[row]?.[column] ?? 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    table.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(replaced, at(i - 1, j) + 1, at(i, j - 1) + 1, swapped ? at(i - 2, j - 2) + 1 : replaced),
      )
    }
  }
  return at(a.length, b.length)
}
