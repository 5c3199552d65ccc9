import { expect, test } from 'vitest'
import { AwsError } from '../http.ts'
import { compileEventPattern } from './pattern.ts'

const event = {
  source: 'aws.ecr',
  'detail-type': 'ECR Image Action',
  resources: [],
  detail: {
    'action-type': 'PUSH',
    'image-tag': 'v1',
    'finding-severity-counts': { CRITICAL: 2 },
    'image-tags': ['v1', 'latest'],
    ip: '10.0.0.7',
    nothing: null,
    list: [{ name: 'a' }, { name: 'b' }],
  },
}
const detail = (detail: unknown) => ({ detail })

test.each<[unknown, boolean]>([
  [{ source: ['aws.ecr'] }, true],
  [{ source: ['aws.s3', 'aws.ecr'] }, true],
  [{ source: ['aws'] }, false],
  [{ source: ['aws.ecr'], 'detail-type': ['other'] }, false],
  [detail({ 'action-type': [{ prefix: 'PU' }] }), true],
  [detail({ 'action-type': [{ prefix: { 'equals-ignore-case': 'pu' } }] }), true],
  [detail({ 'action-type': [{ suffix: 'PU' }] }), false],
  [detail({ 'action-type': [{ 'equals-ignore-case': 'push' }] }), true],
  [detail({ 'action-type': [{ wildcard: 'P*H' }] }), true],
  [detail({ 'action-type': [{ 'anything-but': 'PUSH' }] }), false],
  [detail({ 'action-type': [{ 'anything-but': ['DELETE', 'X'] }] }), true],
  [detail({ 'action-type': [{ 'anything-but': { prefix: 'DEL' } }] }), true],
  [detail({ missing: [{ 'anything-but': 'x' }] }), false],
  [detail({ 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 0] }] } }), true],
  [detail({ 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 2, '<=', 9] }] } }), false],
  [detail({ 'finding-severity-counts': { HIGH: [{ exists: false }] } }), true],
  [detail({ 'finding-severity-counts': { CRITICAL: [{ exists: false }] } }), false],
  [detail({ missing: { deep: [{ exists: false }] } }), true],
  [detail({ missing: { deep: [{ exists: true }] } }), false],
  [detail({ 'image-tags': ['latest'] }), true],
  [detail({ 'image-tags': ['v2'] }), false],
  [detail({ nothing: [null] }), true],
  [detail({ list: { name: ['b'] } }), true],
  [detail({ ip: [{ cidr: '10.0.0.0/24' }] }), true],
  [detail({ ip: [{ cidr: '10.0.1.0/24' }] }), false],
  [{ $or: [{ source: ['x'] }, detail({ 'image-tag': ['v1'] })] }, true],
  [{ $or: [{ source: ['x'] }, { source: ['y'] }] }, false],
])('%j: %s', (pattern, expected) => {
  expect(compileEventPattern(JSON.stringify(pattern))(event)).toBe(expected)
})

test.each([
  '',
  '[]',
  '{}',
  '{"a":1}',
  '{"a":{}}',
  '{"a":[]}',
  '{"a":[[1]]}',
  '{"a":[{"like":"x"}]}',
  '{"a":[{"prefix":1}]}',
  '{"a":[{"prefix":"a","suffix":"b"}]}',
  '{"a":[{"exists":"yes"}]}',
  '{"a":[{"numeric":[">"]}]}',
  '{"a":[{"numeric":["~",1]}]}',
  '{"a":[{"anything-but":[]}]}',
  '{"a":[{"cidr":"10.0.0.0"}]}',
])('%s is no pattern', (pattern) => {
  expect(() => compileEventPattern(pattern)).toThrow(AwsError)
})
