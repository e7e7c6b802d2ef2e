import type { WarehouseObject } from './warehouse-object.js'

/**
 * The billing period of a date, in SQL. It reads a table, so it is STABLE and no more: declared IMMUTABLE, an engine may keep its answers. Outside of the
 * periods it answers NULL; a shift there is a finding, NO_BILLING_PERIOD.
 */
export const getBillingPeriod: WarehouseObject = {
  kind: 'function',
  name: 'tracktik.get_billing_period(date)',
  create: `
create or replace function tracktik.get_billing_period(shift_date date) returns varchar(10) language sql stable parallel safe as $$
  select period_id from tracktik.billing_periods where shift_date between start_date and end_date
$$`,
}
