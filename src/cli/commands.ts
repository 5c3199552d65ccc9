import type { CommandSpec } from './command.ts'
import { accessCan } from './commands/access-can.ts'
import { accessMatrix } from './commands/access-matrix.ts'
import { accessMfa } from './commands/access-mfa.ts'
import { accessMinimize } from './commands/access-minimize.ts'
import { accessPolicy } from './commands/access-policy.ts'
import { accessPreview } from './commands/access-preview.ts'
import { accessWhoCan } from './commands/access-who-can.ts'
import { apply } from './commands/apply.ts'
import { audit } from './commands/audit.ts'
import { backup } from './commands/backup.ts'
import { demo } from './commands/demo.ts'
import { doctor } from './commands/doctor.ts'
import { explain } from './commands/explain.ts'
import { history } from './commands/history.ts'
import { hold } from './commands/hold.ts'
import { init } from './commands/init.ts'
import { inventory } from './commands/inventory.ts'
import { lifecycleLint } from './commands/lifecycle-lint.ts'
import { lifecycleSimulate } from './commands/lifecycle-simulate.ts'
import { lifecycleSuggest } from './commands/lifecycle-suggest.ts'
import { plan } from './commands/plan.ts'
import { prune } from './commands/prune.ts'
import { replicationBackfill } from './commands/replication-backfill.ts'
import { replicationCheck } from './commands/replication-check.ts'
import { restore } from './commands/restore.ts'
import { rollback } from './commands/rollback.ts'
import { sandbox } from './commands/sandbox.ts'
import { snapshots } from './commands/snapshots.ts'
import { unused } from './commands/unused.ts'
import { verify } from './commands/verify.ts'

/** Every command, in the order of the help. A new one is a file in `commands/` and a line here. */
export const commands: readonly CommandSpec[] = [
  demo,
  doctor,
  audit,
  explain,
  inventory,
  unused,
  accessWhoCan,
  accessCan,
  accessMatrix,
  accessMfa,
  accessMinimize,
  accessPolicy,
  accessPreview,
  lifecycleLint,
  lifecycleSimulate,
  lifecycleSuggest,
  init,
  plan,
  apply,
  rollback,
  replicationCheck,
  replicationBackfill,
  backup,
  snapshots,
  history,
  verify,
  prune,
  hold,
  restore,
  sandbox,
]
