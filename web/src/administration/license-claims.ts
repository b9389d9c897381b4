import type { AllocationView, LicenseView } from '../../generated/api';

/** Seats that a license file grants. */
export interface Grant {
  product: AllocationView['product'];
  model: AllocationView['model'];
  quantity: number;
  machineQuota?: number;
  offline?: boolean;
  features: { key: string }[];
}

interface Claims {
  iss: string;
  customer: { name: string };
  entitlements: Grant[];
}

/** What the vendor signed, as the server has checked it; undefined: the file cannot be read. */
export function claimsOf({ claims }: LicenseView): Claims | undefined {
  return claims === null ? undefined : (claims as unknown as Claims);
}
