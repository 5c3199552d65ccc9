/**
 * Three answers to whether something holds: no, maybe, yes. `maybe` stands for what hangs on something that nobody has
 * told. Both at once is the smaller of two, either of them the larger, and the opposite is `opposite`.
 */
export type Truth = 0 | 1 | 2

export const no = 0
export const maybe = 1
export const yes = 2

export function both(one: Truth, other: Truth): Truth {
  return one < other ? one : other
}

export function either(one: Truth, other: Truth): Truth {
  return one > other ? one : other
}

export function opposite(truth: Truth): Truth {
  return (2 - truth) as Truth
}

export function truthOf(holds: boolean): Truth {
  return holds ? yes : no
}
