import { expect, test } from 'vitest'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { parseRename, targetNames } from './rename.ts'
import { restoredInto, signedShop, vaultWith } from './shop.fixture.ts'

const names = ['shop/api', 'shop/web', 'shop/tools/lint', 'other']

test.each([
  [['shop/api=api'], undefined, ['api', 'shop/web', 'shop/tools/lint', 'other']],
  [['shop/=new/shop/'], undefined, ['new/shop/api', 'new/shop/web', 'new/shop/tools/lint', 'other']],
  [['shop/='], undefined, ['api', 'web', 'tools/lint', 'other']],
  [
    ['shop/=s/', 'shop/tools/=t/', 'shop/api=the/api'],
    'drill/',
    ['drill/the/api', 'drill/s/web', 'drill/t/lint', 'drill/other'],
  ],
])('%j with the prefix %s', (renames, prefix, expected) => {
  const map = targetNames(names, { renames: renames.map(parseRename), ...(prefix && { prefix }) })
  expect(names.map((name) => map.get(name))).toEqual(expected)
})

test.each([
  [['shop/api=other'], 'restore-refused'],
  [['shop/api=Upper'], 'usage'],
  [['nobody=x/y'], 'nothing-matches'],
  [['shop/a/=x/'], 'nothing-matches'],
])('%j is refused: %s', (renames, code) => {
  expect(() => targetNames(names, { renames: renames.map(parseRename) })).toThrow(
    expect.objectContaining({ code }),
  )
})

test.each(['', 'a', '=b', 'a=', 'a=b=c', 'a/=b', 'a=b/'])('%j is no renaming', (text) => {
  expect(() => parseRename(text)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test('everything is restored under the new names, and compared there', async () => {
  const { registry, web } = signedShop()
  const target = new MemoryRegistry('copy')
  const report = await restoredInto(await vaultWith(registry), target, {
    renames: [parseRename('shop/web=site'), parseRename('shop/=old/')],
  })
  expect(report).toMatchObject({ ok: true, identical: true, repositories: 2 })
  expect([...target.repositories.keys()].sort()).toEqual(['old/api', 'site'])
  expect(target.repository('site').tags.get('latest')).toBe(web)
})
