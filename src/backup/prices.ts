/**
 * What S3 charges, for estimates. Assumption: list prices of us-east-1 as of the date; ecr-facts 10 has them from third
 * parties or general knowledge, and the requests are from general knowledge. They differ by Region and change.
 */
export const prices = {
  asOf: '2026-03',
  region: 'us-east-1',
  currency: 'USD',
  /** Of the Standard class. */
  storageGbMonth: 0.023,
  putsPerThousand: 0.005,
  headsPerThousand: 0.0004,
  /** Out of ECR's archive class. */
  archiveRestoreGb: 0.03,
} as const

export const archiveNote =
  'ECR bills 90 days of storage at least for what is archived, and the images are archived again (ecr-facts 2.11).'

export const transferNote =
  'Transfer is not counted: within a Region it costs nothing, between Regions about 0.01 to 0.09 USD a GB, out of AWS about 0.09 USD a GB.'
