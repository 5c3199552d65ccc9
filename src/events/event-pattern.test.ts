import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventMatches } from './event-pattern.ts'
import { imageDeleted, seriousFindings } from './samples.ts'

const place = { account: '111122223333', region: 'eu-west-1' }
const scan = seriousFindings(place, 'BASIC').events[0]
const deleted = imageDeleted(place).events[1]

test.each<[object, boolean]>([
  [{ source: ['aws.ecr'], 'detail-type': ['ECR Image Scan'] }, true],
  [{ source: ['aws.inspector2'] }, false],
  [{ detail: { 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 0] }] } } }, true],
  [{ detail: { 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 2] }] } } }, false],
  [{ detail: { 'finding-severity-counts': { LOW: [{ exists: true }] } } }, false],
  [{ detail: { 'finding-severity-counts': { LOW: [{ exists: false }] } } }, true],
  [{ detail: { nothing: { here: [{ exists: false }] } } }, true],
  [{ detail: { 'scan-status': [{ 'anything-but': 'COMPLETE' }] } }, false],
  [{ detail: { 'scan-status': [{ 'anything-but': ['FAILED'] }] } }, true],
  [{ detail: { 'repository-name': [{ prefix: 'team/' }] } }, true],
  [{ detail: { 'repository-name': [{ 'anything-but': { prefix: 'team/' } }] } }, false],
  [{ detail: { 'repository-name': [{ suffix: '/app' }, 'x'] } }, true],
  [{ detail: { 'repository-name': [{ wildcard: '*/a*' }] } }, true],
  [{ detail: { 'repository-name': [{ 'equals-ignore-case': 'TEAM/App' }] } }, true],
  [{ detail: { 'image-tags': ['v1'] } }, true],
  [{ $or: [{ source: ['x'] }, { account: ['111122223333'] }] }, true],
  [{ resources: [{ prefix: 'arn:aws:ecr:' }] }, true],
])('%j', (pattern, expected) => {
  expect(eventMatches(JSON.stringify(pattern), scan)).toBe(expected)
})

test('of a list of objects one has to fit', () => {
  const [finding] = seriousFindings(place, 'ENHANCED').events
  const resources = (type: unknown[]) => JSON.stringify({ detail: { resources: { type } } })
  expect(eventMatches(resources(['AWS_ECR_CONTAINER_IMAGE']), finding)).toBe(true)
  expect(eventMatches(resources(['AWS_EC2_INSTANCE']), finding)).toBe(false)
  expect(eventMatches(resources([{ cidr: '10.0.0.0/8' }]), finding)).toHaveProperty('unreadable')
})

test("ECR's own event of a delete", () => {
  const pattern = { source: ['aws.ecr'], detail: { 'action-type': ['DELETE'], result: ['SUCCESS'] } }
  expect(eventMatches(JSON.stringify(pattern), deleted)).toBe(true)
})

test.each([
  ['not json', 'not JSON'],
  ['[]', 'not an object'],
  ['{"source":"aws.ecr"}', 'neither a list'],
  ['{"source":[{"cidr":"10.0.0.0/8"}]}', 'cidr is not known'],
])('%s cannot be read', (pattern, why) => {
  expect(eventMatches(pattern, scan)).toMatchObject({ unreadable: expect.stringContaining(why) })
})

test('no JSON makes it throw', () => {
  fc.assert(fc.property(fc.json(), (pattern) => void eventMatches(pattern, scan)))
})
