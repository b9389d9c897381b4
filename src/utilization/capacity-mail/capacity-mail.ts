import { csvText } from '../../http/csv/csv.js';
import { productName } from '../../license/file/product.js';
import { type MonthlyCapacity, type PoolCapacity } from '../../mail/facts.js';
import { type MailAttachment } from '../../mail/templated-mail.js';
import { type CapacityView } from '../dto/capacity.js';

/** What the mail says beside the capacity. */
interface CapacityMailPlace {
  /** When the month begins (UTC). */
  month: Date;
  serverUrl: string;
}

/** What the mail tells: of seats that the organization has, as the Capacity page does. */
export function capacityFacts(
  capacity: readonly CapacityView[],
  organization: string,
  { month, serverUrl }: CapacityMailPlace,
): MonthlyCapacity {
  const pools = capacity.filter(({ subscribed }) => subscribed > 0).map(poolFacts);
  return { organization, month, pools, profileUrl: `${serverUrl}/profile#mail` };
}

function poolFacts({ product, model, subscribed, inUse, peak, p95, p99, ...more }: CapacityView): PoolCapacity {
  const { denials, deniedUsers, suggestedSeats, fullOn } = more;
  return {
    ...{ product: productName[product], model, subscribed, inUse, peak, p95, p99 },
    ...{ denials, deniedUsers, suggestedSeats, fullOn },
  };
}

const columns = [
  ...(['month', 'product', 'model', 'subscribed', 'inUse', 'peak', 'p95', 'p99'] as const),
  ...(['denials', 'deniedUsers', 'suggestedSeats', 'fullOn'] as const),
];

/** The same figures for spreadsheets, with the names that the API has for them. */
export function capacityAttachment(
  capacity: readonly CapacityView[],
  organizationId: number,
  monthStart: Date,
): MailAttachment {
  const month = monthStart.toISOString().slice(0, 7);
  return {
    filename: `capacity_${organizationId}_${month}.csv`,
    contentType: 'text/csv; charset=utf-8',
    content: csvText(
      columns,
      capacity.map((pool) => Object.assign({ month }, pool)),
    ),
  };
}
