import { expect, test } from 'vitest'
import { instructionLines } from './shell-lines.ts'

test.each([
  ['a sentence', ['a sentence']],
  ['a sentence that is longer than it may be', ['a sentence that is', 'longer than it may', 'be']],
  ['aws ecr list', ['aws ecr list']],
  ['aws ecr list --region eu-west-1', ['aws ecr list \\', '  --region \\', '  eu-west-1']],
  ["aws x --tags 'a b  c d e f g h'", ['aws x --tags \\', "  'a b  c d e f g h'"]],
  [
    `aws x --p '{"a":"bcdefgh","i":["k"]}' --q`,
    ['aws x --p \\', "  '{", '   "a": "bcdefgh",', '   "i": [', '    "k"', '   ]', "  }' --q"],
  ],
  [`aws x --p '{no json at all}'`, ['aws x --p \\', "  '{no json at all}'"]],
  ['Then: aws ecr list', ['Then:', 'aws ecr list']],
])('%j', (text, wanted) => {
  expect(instructionLines(text, 18)).toEqual(wanted)
})
