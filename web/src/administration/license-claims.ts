import type { GrantedSeats, LicenseView } from '../../generated/api';

/** Seats that a license file grants, as far as people want to know. */
export type Grant = Pick<GrantedSeats, 'product' | 'model' | 'quantity' | 'machineQuota' | 'offline' | 'features'>;

/** The claims of a file as its vendor wrote them. */
interface Claims {
  iss: string;
  customer: { name: string };
  entitlements: {
    product: Grant['product'];
    model: Grant['model'];
    quantity: number;
    machineQuota?: number;
    offline?: boolean;
    features: { key: string; name?: string }[];
  }[];
}

/** What the vendor signed, as the server has checked it; undefined: the file cannot be read. */
export function claimsOf({ claims }: LicenseView): { issuer: string; customer: string; seats: Grant[] } | undefined {
  if (claims === null) return undefined;
  const { iss, customer, entitlements } = claims as unknown as Claims;
  return {
    issuer: iss,
    customer: customer.name,
    seats: entitlements.map(({ machineQuota = null, offline = false, features, ...grant }) => ({
      ...grant,
      machineQuota,
      offline,
      features: features.map(({ name, key }) => name || key),
    })),
  };
}
