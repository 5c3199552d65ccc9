import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/errors.ts'
import { parseUseFile } from './use-file.ts'

const registry = { account: '111122223333', region: 'eu-west-1' }
const host = '111122223333.dkr.ecr.eu-west-1.amazonaws.com'
const digest = `sha256:${'a'.repeat(64)}`
const read = (text: string) => parseUseFile(text, 'uses.txt', registry)
const file = { source: 'file', what: 'file' }

describe('images in use, from a file', () => {
  test('lines', () => {
    const text = `# running\n${host}/shop/api:1.4 deployment api\n\nshop/web\r\nshop/api@${digest}\nnginx.org/x:1\n`
    expect(read(text)).toEqual({
      uses: [
        { ...file, repository: 'shop/api', tag: '1.4', by: 'deployment api' },
        { ...file, repository: 'shop/web', tag: 'latest', by: 'uses.txt, line 4' },
        { ...file, repository: 'shop/api', digest, by: 'uses.txt, line 5' },
      ],
      elsewhere: 1,
    })
  })

  test('JSON: references and objects', () => {
    const list = [
      'shop/api:1',
      { image: `${host}/shop/api:2`, by: 'x' },
      { repository: 'shop/api', digest, by: 'y', what: 'task' },
    ]
    const uses = [
      { ...file, repository: 'shop/api', tag: '1', by: 'uses.txt, entry 1' },
      { ...file, repository: 'shop/api', tag: '2', by: 'x' },
      { source: 'file', what: 'task', repository: 'shop/api', digest, by: 'y' },
    ]
    expect(read(JSON.stringify(list)).uses).toEqual(uses)
    expect(read(JSON.stringify({ schema: 'holdfast.uses/1', uses: list })).uses).toEqual(uses)
  })

  test('pods: what they ask for and what they run; other registries are left out', () => {
    const pod = {
      metadata: { namespace: 'shop', name: 'api-1' },
      spec: {
        containers: [{ image: `${host}/shop/api:1` }, { image: 'nginx' }, { image: 'library/redis:7' }],
      },
      status: {
        containerStatuses: [{ imageID: `docker-pullable://${host}/shop/api@${digest}` }, { imageID: '' }],
      },
    }
    const by = { source: 'file', what: 'pod', repository: 'shop/api', by: 'pod shop/api-1' }
    expect(read(JSON.stringify({ items: [pod] }))).toEqual({
      uses: [
        { ...by, tag: '1' },
        { ...by, digest },
      ],
      elsewhere: 1,
    })
  })

  test.each([
    ['shop/api:1\n:oops x', /line 2/],
    ['Shop/API:1', /line 1/],
    ['[1]', /entry 1/],
    ['[{"repository":"shop/api"}]', /entry 1/],
    ['{"items":', /uses.txt/],
    ['{}', /uses.txt/],
  ])('%j is refused', (text, what) => {
    expect(() => read(text)).toThrow(what)
  })

  test('any text is read or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          read(text)
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError)
        }
      }),
    )
  })
})
