import { crashPlans } from './plan-crashes.ts'

crashPlans(0)
