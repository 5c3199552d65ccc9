/** Where a plan works: one account in one Region. */
export interface Place {
  account: string
  region: string
  partition: string
}
