import type { GrantedSeats, LicenseView } from '../../../generated/api';

/** Seats that a license file grants, as far as people want to know. */
export type Grant = Pick<
  GrantedSeats,
  'product' | 'model' | 'quantity' | 'machineQuota' | 'offline' | 'features' | 'startsAt' | 'expiresAt'
> &
  Bounds;

/** What the customer's administrators may decide at most. */
type Bounds = Pick<
  GrantedSeats,
  | 'maxLeaseMinutes'
  | 'maxOveragePercent'
  | 'offlineMaxDays'
  | 'offlineMaxShare'
  | 'freeOnReleaseMinutes'
  | 'borrowMaxDays'
>;

/** Where a file says nothing. */
const defaults: Bounds = {
  maxLeaseMinutes: 1440,
  maxOveragePercent: 0,
  offlineMaxDays: 365,
  offlineMaxShare: 1,
  freeOnReleaseMinutes: 120,
  borrowMaxDays: 0,
};

/** The claims of a file as its vendor wrote them. */
interface Claims {
  iss: string;
  customer: { name: string };
  entitlements: (Partial<Bounds> & {
    product: Grant['product'];
    model: Grant['model'];
    quantity: number;
    machineQuota?: number;
    offline?: boolean;
    startsAt?: string;
    expiresAt?: string;
    features: { key: string; name?: string }[];
  })[];
}

/** What the vendor signed, as the server has checked it; undefined: the file cannot be read. */
export function claimsOf({ claims }: LicenseView): { issuer: string; customer: string; seats: Grant[] } | undefined {
  if (claims === null) return undefined;
  const { iss, customer, entitlements } = claims as unknown as Claims;
  return {
    issuer: iss,
    customer: customer.name,
    seats: entitlements.map(({ features, ...grant }) => ({
      ...{ machineQuota: null, offline: false, startsAt: null, expiresAt: null },
      ...defaults,
      ...grant,
      features: features.map(({ name, key }) => name || key),
    })),
  };
}
