import { nameList } from '../neighbour/known.ts'

/** Every operation of the API, also those that the sandbox does not have. */
export const knownOperations = nameList(`
  AddTags CancelQuery CreateChannel CreateDashboard CreateEventDataStore CreateTrail DeleteChannel
  DeleteDashboard DeleteEventDataStore DeleteResourcePolicy DeleteTrail DeregisterOrganizationDelegatedAdmin
  DescribeQuery DescribeTrails DisableFederation EnableFederation GenerateQuery GetChannel GetDashboard
  GetEventConfiguration GetEventDataStore GetEventSelectors GetImport GetInsightSelectors GetQueryResults
  GetResourcePolicy GetTrail GetTrailStatus ListChannels ListDashboards ListEventDataStores
  ListImportFailures ListImports ListInsightsData ListInsightsMetricData ListPublicKeys ListQueries ListTags
  ListTrails LookupEvents PutEventConfiguration PutEventSelectors PutInsightSelectors PutResourcePolicy
  RegisterOrganizationDelegatedAdmin RemoveTags RestoreEventDataStore SearchSampleQueries
  StartDashboardRefresh StartEventDataStoreIngestion StartImport StartLogging StartQuery
  StopEventDataStoreIngestion StopImport StopLogging UpdateChannel UpdateDashboard UpdateEventDataStore
  UpdateTrail
`)
